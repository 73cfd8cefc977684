import { given } from '../testing.js';
import { hours, plus } from '../time.js';
import { holds, session, type SessionEvent } from './session.js';

const now = '2026-03-02T09:00:00.000Z';
const expiresAt = plus(now, hours(8));
const who = {
  sessionId: 'session-1',
  accountId: 'account-1',
  tenantId: 'tenant-1',
  credentialId: 'credential-1',
  expiresAt,
};
const starting = { type: 'StartSession', data: { ...who, now } } as const;
const started: SessionEvent = { type: 'SessionStarted', data: { ...who, at: now } };
const ending = { type: 'EndSession', data: { why: 'signed-out', now } } as const;
const ended: SessionEvent = {
  type: 'SessionEnded',
  data: { sessionId: 'session-1', accountId: 'account-1', why: 'signed-out', at: now },
};

describe('StartSession', () => {
  it('starts', () => given(session).when(starting).then(started));
  it('refuses to start twice', () => given(session, started).when(starting).thenRefuses('session-exists'));
});

describe('EndSession', () => {
  it('ends', () => given(session, started).when(ending).then(ended));

  it('stays quiet when ended, or never started', () => {
    given(session, started, ended).when(ending).thenNothing();
    given(session).when(ending).thenNothing();
  });
});

describe('holds', () => {
  const { state } = given(session, started);

  it('while it is open, in time, and the password is the one it began with', () => {
    expect(holds(state, 'credential-1', plus(expiresAt, -1))).toBe(true);
    expect(holds(state, 'credential-1', expiresAt)).toBe(false);
    expect(holds(state, 'credential-2', now)).toBe(false);
    expect(holds(state, undefined, now)).toBe(false);
    expect(holds(given(session, started, ended).state, 'credential-1', now)).toBe(false);
  });

  it('never for one that was not started', () => {
    expect(holds(session.initial, '', now)).toBe(false);
    expect(holds(session.initial, undefined, now)).toBe(false);
  });
});
