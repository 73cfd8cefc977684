import { given } from '../testing.js';
import { hours, plus } from '../time.js';
import { agent } from './agent.js';
import type { AgentEvent } from './agent.events.js';

const at = '2026-03-02T09:00:00.000Z';
const agentId = 'agent-1';
const identityKey = { keyId: 'identity-1', key: 'AAAA' };
const sealingKey = { keyId: 'sealing-1', key: 'BBBB' };

const created: AgentEvent = {
  type: 'AgentCreated',
  data: { agentId, tenantId: 'tenant-1', expiresAt: plus(at, hours(24)), at },
};
const enrolled: AgentEvent = {
  type: 'AgentEnrolled',
  data: { agentId, identityKey, sealingKey: { ...sealingKey, expiresAt: plus(at, hours(24)) }, version: '1.0.0', at },
};
const revoked: AgentEvent = { type: 'AgentRevoked', data: { agentId, at } };
const enrolling = (now = at) =>
  ({ type: 'EnrolAgent', data: { identityKey, sealingKey, version: '1.0.0', now } }) as const;

describe('an agent', () => {
  it('is created with a code for a day', () => {
    given(agent)
      .when({ type: 'CreateAgent', data: { agentId, tenantId: 'tenant-1', now: at } })
      .then(created);
  });

  it('enrols once, in time', () => {
    given(agent, created).when(enrolling()).then(enrolled);
    given(agent, created, enrolled).when(enrolling()).thenRefuses('enrolment-refused');
    given(agent, created)
      .when(enrolling(plus(at, hours(24))))
      .thenRefuses('enrolment-refused');
    given(agent, created, revoked).when(enrolling()).thenRefuses('enrolment-refused');
    given(agent).when(enrolling()).thenRefuses('enrolment-refused');
  });

  it('rolls its keys', () => {
    const next = { keyId: 'sealing-2', key: 'CCCC' };
    given(agent, created, enrolled)
      .when({ type: 'RollSealingKey', data: { sealingKey: next, now: at } })
      .then({
        type: 'AgentSealingKeyRolled',
        data: { agentId, sealingKey: { ...next, expiresAt: plus(at, hours(24)) }, at },
      });
    given(agent, created, enrolled)
      .when({ type: 'RollSealingKey', data: { sealingKey, now: at } })
      .thenNothing();
    given(agent, created)
      .when({ type: 'RollSealingKey', data: { sealingKey: next, now: at } })
      .thenRefuses('agent-refused');
  });

  it('is revoked for good', () => {
    given(agent, created, enrolled)
      .when({ type: 'RevokeAgent', data: { now: at } })
      .then(revoked);
    given(agent, created, enrolled, revoked)
      .when({ type: 'RevokeAgent', data: { now: at } })
      .thenNothing();
    given(agent, created, enrolled, revoked)
      .when({ type: 'RollIdentityKey', data: { identityKey: { keyId: 'identity-2', key: 'DDDD' }, now: at } })
      .thenRefuses('agent-refused');
  });

  it('raises one alarm for one silence', () => {
    const silence = { type: 'NoteSilence', data: { lastHeardAt: at, now: at } } as const;
    const fell: AgentEvent = { type: 'AgentFellSilent', data: { agentId, tenantId: 'tenant-1', lastHeardAt: at, at } };
    const heard: AgentEvent = { type: 'AgentHeardAgain', data: { agentId, tenantId: 'tenant-1', at } };
    given(agent, created, enrolled).when(silence).then(fell);
    given(agent, created, enrolled, fell).when(silence).thenNothing();
    given(agent, created, enrolled, fell)
      .when({ type: 'NoteHeard', data: { now: at } })
      .then(heard);
    given(agent, created, enrolled)
      .when({ type: 'NoteHeard', data: { now: at } })
      .thenNothing();
  });
});
