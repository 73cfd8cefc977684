import { presets } from '../tenant/policy.js';
import { hours, minutes, plus, type Instant } from '../time.js';
import { account } from './account.js';
import type { AccountState } from './account.state.js';
import type { RegisteredMethod } from './registered-methods.js';
import { registrationDue } from './registration-due.js';
import { stepUp, type SteppedUp } from './step-up.js';

const now: Instant = '2026-03-02T09:00:00.000Z';
const policy = presets.hardened;

const method = (name: RegisteredMethod['method'], recoversFrom?: Instant): RegisteredMethod => ({
  methodId: `id-${name}`,
  method: name,
  contact: { ref: name, sha256: '' },
  by: 'user',
  ...(recoversFrom && { recoversFrom }),
  at: plus(now, -hours(1_000)),
});

const person = (methods: readonly RegisteredMethod[], changes: Partial<AccountState> = {}): AccountState => ({
  ...account.initial,
  accountId: 'account-1',
  methods,
  ...changes,
});

const session = (steppedUp: SteppedUp | null = null, startedAt: Instant = plus(now, -hours(1))) => ({
  startedAt,
  steppedUp,
});

describe('F13: stepping up', () => {
  it('is not asked of who has no method yet', () => {
    expect(stepUp(person([]), session(), policy, now)).toEqual({ kind: 'passed' });
  });

  it('is asked of everybody else, however fresh the sign-in', () => {
    const [mail, app] = [method('email'), method('app-code')];
    expect(stepUp(person([mail, app]), session(null, now), policy, now)).toEqual({
      kind: 'required',
      options: [mail, app],
    });
  });

  it('counts for ten minutes', () => {
    const someone = person([method('email')]);
    const at = (minutesAgo: number) => session({ contactRef: 'email', at: plus(now, -minutes(minutesAgo) + 1) });
    expect(stepUp(someone, at(10), policy, now).kind).toBe('passed');
    expect(stepUp(someone, session({ contactRef: 'email', at: plus(now, -minutes(10)) }), policy, now).kind).toBe(
      'required',
    );
  });

  it('cannot be made with a contact that is too new to recover', () => {
    const until = plus(now, hours(3));
    expect(stepUp(person([method('email', until)]), session(), policy, now)).toEqual({ kind: 'guarded', until });
  });

  it('for 72 hours after a reset needs a method that was not used in it', () => {
    const lastReset = { at: plus(now, -hours(71)), provedWith: ['email'] };
    const [mail, app] = [method('email'), method('app-code')];
    const proved = session({ contactRef: 'email', at: now });
    expect(stepUp(person([mail], { lastReset }), proved, policy, now)).toEqual({
      kind: 'guarded',
      until: plus(now, hours(1)),
    });
    expect(stepUp(person([mail, app], { lastReset }), proved, policy, now)).toEqual({
      kind: 'required',
      options: [app],
    });
    expect(stepUp(person([mail], { lastReset }), proved, policy, plus(now, hours(1))).kind).toBe('required');
  });

  it('where nothing that is registered can be asked, a fresh sign-in is', () => {
    const someone = person([method('security-questions')]);
    expect(stepUp(someone, session(null, now), policy, now)).toEqual({ kind: 'passed' });
    expect(stepUp(someone, session(), policy, now)).toEqual({ kind: 'required', options: [] });
  });
});

describe('registration at sign-in', () => {
  const asking = { ...policy, enabledFor: 'all', registration: { ...policy.registration, required: true } } as const;

  it('is due while too few methods are registered', () => {
    expect(registrationDue(person([]), asking, now)).toBe('register-methods');
    expect(registrationDue(person([method('email')]), { ...asking, gatesRequired: 2 }, now)).toBe('register-methods');
    expect(registrationDue(person([]), policy, now)).toBeUndefined();
    expect(registrationDue(person([]), { ...asking, enabledFor: 'none' }, now)).toBeUndefined();
  });

  it('is due to a role without an app, whatever the policy says', () => {
    expect(registrationDue(person([method('email')], { roles: ['helpdesk'] }), policy, now)).toBe('register-methods');
    const complete = person([method('email'), method('app-code')], { roles: ['helpdesk'] });
    expect(registrationDue(complete, policy, now)).toBeUndefined();
  });

  it('may be put off for a day where the policy lets it', () => {
    const skipped = person([], { registrationSkippedAt: plus(now, -hours(23)) });
    expect(registrationDue(skipped, asking, now)).toBeUndefined();
    expect(registrationDue(skipped, asking, plus(now, hours(1)))).toBe('register-methods');
    const strict = { ...asking, registration: { ...asking.registration, skippable: false } };
    expect(registrationDue(skipped, strict, now)).toBe('register-methods');
  });

  it('asks whether all is still right after some days, counted from the last answer', () => {
    const old = person([{ ...method('email'), at: plus(now, -hours(24 * 180)) }]);
    expect(registrationDue(old, asking, now)).toBe('reconfirm-methods');
    expect(registrationDue(old, asking, plus(now, -1))).toBeUndefined();
    const confirmed = { ...old, methodsConfirmedAt: plus(now, -hours(24)) };
    expect(registrationDue(confirmed, asking, now)).toBeUndefined();
    const never = { ...asking, registration: { ...asking.registration, reconfirmDays: 0 } };
    expect(registrationDue(old, never, now)).toBeUndefined();
  });
});
