import { familyOf, methodNames, type Method } from '../methods.js';
import { presets, type PolicyChanges } from '../tenant/policy.js';
import { patched } from '../tenant/policy-patch.js';
import { tenant, type TenantState } from '../tenant/tenant.js';
import { hours, minutes, plus, type Instant } from '../time.js';
import { account } from './account.js';
import type { AccountState } from './account.state.js';
import type { RegisteredMethod } from './registered-methods.js';
import { eligibility } from './eligibility.js';
import type { Proof } from './proofs.js';

const now: Instant = '2026-03-02T09:00:00.000Z';
const facts = { agentAlive: true, source: 'source-1', now, served: methodNames };

const registered = (method: Method, by: RegisteredMethod['by'] = 'user'): RegisteredMethod => ({
  methodId: `id-of-${method}`,
  method,
  contact: { ref: method, sha256: '' },
  by,
  at: now,
});
const person = (changes: Partial<AccountState> = {}): AccountState => ({
  ...account.initial,
  accountId: 'account-1',
  groups: ['sspr-users'],
  licensed: true,
  methods: [registered('email'), registered('sms')],
  ...changes,
});
const organisation = (changes: PolicyChanges = {}, rest: Partial<TenantState> = {}): TenantState => ({
  ...tenant.initial,
  tenantId: 'tenant-1',
  plan: 'p1',
  policy: patched(presets[changes.preset ?? 'hardened'], { enabledFor: 'all', ...changes }),
  ...rest,
});
const judged = (who: AccountState, where: TenantState, more: Partial<typeof facts> = {}) =>
  eligibility(who, where, { ...facts, ...more });
const refusal = (who: AccountState, where: TenantState, more: Partial<typeof facts> = {}) => {
  const judgement = judged(who, where, more);
  return judgement.kind === 'refused' ? judgement.reason : judgement.kind;
};
const methodsOf = (who: AccountState, where: TenantState) => {
  const judgement = judged(who, where);
  return judgement.kind === 'blocked' ? [] : judgement.methods.map(({ method }) => method);
};
const administrator = (...methods: Method[]) =>
  person({ roles: ['helpdesk'], licensed: false, methods: methods.map((method) => registered(method)) });

const directoryUser = { ref: 'directory-user', sha256: '' };

describe('who may recover', () => {
  it('F13: a contact that is too new does not count yet, and the refusal is one like others', () => {
    const fresh = { ...registered('email'), recoversFrom: plus(now, hours(24)) };
    expect(refusal(person({ methods: [fresh] }), organisation())).toBe('too-few-methods');
    expect(methodsOf(person({ methods: [fresh, registered('sms')] }), organisation())).toEqual(['sms']);
    expect(refusal(person({ methods: [fresh] }), organisation(), { now: fresh.recoversFrom })).toBe('eligible');
  });

  it('questions count where as many were registered as are asked', () => {
    const questions = (questionCount: number) =>
      person({ methods: [{ ...registered('security-questions'), questionCount }] });
    const asking = organisation({ preset: 'entra', questions: { toRegister: 5, toReset: 4 } });
    expect(refusal(questions(3), asking)).toBe('too-few-methods');
    expect(refusal(questions(4), asking)).toBe('eligible');
  });

  it('is anybody enabled, licensed, and reachable by enough methods', () => {
    expect(judged(person(), organisation())).toEqual({ kind: 'eligible', gatesRequired: 1, methods: person().methods });
  });

  it.each<[string, AccountState, TenantState]>([
    ['unknown-user', person({ accountId: null }), organisation()],
    ['account-disabled', person({ disabled: true }), organisation()],
    ['not-enabled-for-tenant', person(), organisation({ enabledFor: 'none' })],
    ['not-in-group', person({ groups: ['others'] }), organisation({ enabledFor: 'selected', groups: ['sspr-users'] })],
    ['eligible', person(), organisation({ enabledFor: 'selected', groups: ['others', 'sspr-users'] })],
    ['no-licence', person({ licensed: false }), organisation()],
    ['no-licence', person(), organisation({}, { plan: 'free' })],
    ['no-licence', person({ origin: 'hybrid' }), organisation({}, { plan: 'business-standard' })],
    ['too-few-methods', person({ methods: [] }), organisation()],
    ['too-few-methods', person(), organisation({ methods: ['app-code'] })],
    [
      'too-few-methods',
      person({ methods: [registered('sms'), registered('mobile-call')] }),
      organisation({ gatesRequired: 2 }),
    ],
    ['on-premises-without-writeback', person({ origin: 'hybrid' }), organisation()],
    ['on-premises-without-writeback', person({ origin: 'hybrid' }), organisation({ writeback: true })],
    ['eligible', person({ origin: 'hybrid', directoryUser }), organisation({ writeback: true })],
  ])('%s', (reason, who, where) => expect(refusal(who, where)).toBe(reason));

  it('is whoever is in a group that lies within a selected one', () => {
    const within = { sales: { name: 'Sales', within: ['sspr-users'] }, spain: { name: 'Spain', within: ['sales'] } };
    const where = organisation({ enabledFor: 'selected', groups: ['sspr-users'] }, { groups: within });
    expect(refusal(person({ groups: ['spain'] }), where)).toBe('eligible');
    expect(refusal(person({ groups: ['spain'] }), { ...where, groups: {} })).toBe('not-in-group');
  });

  it('needs an agent alive for a password kept on-premises', () => {
    const hybrid = person({ origin: 'hybrid', directoryUser });
    expect(refusal(hybrid, organisation({ writeback: true }), { agentAlive: false })).toBe('writeback-unreachable');
    expect(refusal(person(), organisation(), { agentAlive: false })).toBe('eligible');
  });

  it('names the first obstacle, in the documented order', () => {
    const worst = person({ disabled: true, licensed: false, methods: [], origin: 'hybrid' });
    const nowhere = organisation({ enabledFor: 'none' });
    expect(refusal(worst, nowhere)).toBe('account-disabled');
    expect(refusal({ ...worst, disabled: false }, nowhere)).toBe('not-enabled-for-tenant');
    expect(refusal({ ...worst, disabled: false }, organisation())).toBe('no-licence');
    expect(refusal({ ...worst, disabled: false, licensed: true }, organisation())).toBe('too-few-methods');
  });
});

describe('administrators', () => {
  it('need no switch and no licence, but always two gates', () => {
    expect(judged(administrator('email', 'app-code'), organisation({ enabledFor: 'none' }))).toMatchObject({
      kind: 'eligible',
      gatesRequired: 2,
    });
    expect(refusal(administrator('email'), organisation())).toBe('too-few-methods');
  });

  it('F4: need two gates whatever the policy says, and no policy changes that', () => {
    const lax = organisation({ gatesRequired: 1, preset: 'entra', enabledFor: 'none' });
    expect(judged(administrator('email', 'app-code'), lax)).toMatchObject({ gatesRequired: 2 });
    expect(refusal(administrator('email', 'security-questions'), lax)).toBe('too-few-methods');
    expect(refusal(administrator('sms', 'mobile-call'), lax)).toBe('too-few-methods');
  });

  it.each([{ plan: 'free' as const }, { trial: true }])('are not called on %j', (rest) => {
    expect(methodsOf(administrator('email', 'mobile-call', 'office-call'), organisation({}, rest))).toEqual(['email']);
    expect(refusal(administrator('email', 'office-call'), organisation({}, rest))).toBe('too-few-methods');
  });

  it('of a directory are not written to where the plan covers nobody there', () => {
    const hybrid = { ...administrator('email', 'app-code'), origin: 'hybrid', directoryUser } as const;
    expect(refusal(hybrid, organisation({ writeback: true }))).toBe('eligible');
    expect(refusal(hybrid, organisation({ writeback: true }, { plan: 'business-standard' }))).toBe(
      'on-premises-without-writeback',
    );
  });

  it('never answer security questions', () => {
    expect(refusal(administrator('email', 'security-questions'), organisation({ preset: 'entra' }))).toBe(
      'too-few-methods',
    );
  });
});

describe('methods', () => {
  it('that nobody can carry yet are not offered', () => {
    expect(judged(person(), organisation(), { served: ['sms'] })).toMatchObject({ methods: [{ method: 'sms' }] });
  });

  it('set by somebody else count only where the policy says so', () => {
    const set = person({ methods: [registered('email', 'directory'), registered('sms', 'administrator')] });
    expect(refusal(set, organisation())).toBe('too-few-methods');
    expect(refusal(set, organisation({ directoryContactsCount: true }))).toBe('eligible');
    expect(refusal(person({ methods: [registered('email', 'import')] }), organisation())).toBe('eligible');
  });

  it.each([{ plan: 'p1', trial: true } as const, { plan: 'business-premium', trial: true } as const])(
    'are never calls on $plan as trial',
    (plan) => {
      const caller = person({ methods: [registered('mobile-call'), registered('office-call'), registered('email')] });
      expect(methodsOf(caller, organisation({}, plan))).toEqual(['email']);
      expect(methodsOf(caller, organisation())).toEqual(['mobile-call', 'office-call', 'email']);
    },
  );

  it('let questions alone open a gate only under preset entra', () => {
    const methods = [registered('email'), registered('security-questions')];
    const allowed = { methods: ['email', 'security-questions'] } as const;
    expect(methodsOf(person({ methods }), organisation(allowed))).toEqual(['email']);
    expect(methodsOf(person({ methods }), organisation({ preset: 'entra' }))).toEqual(['email', 'security-questions']);
    expect(methodsOf(person({ methods }), organisation({ ...allowed, gatesRequired: 2 }))).toEqual([
      'email',
      'security-questions',
    ]);
    const only = person({ methods: [registered('security-questions')] });
    expect(refusal(only, organisation(allowed))).toBe('too-few-methods');
    expect(refusal(only, organisation({ preset: 'entra' }))).toBe('eligible');
  });
});

describe('the app notification', () => {
  const device = (n: number): RegisteredMethod => ({ ...registered('app-notification'), methodId: `device-${n}` });

  it('is one offer, however many devices take it', () => {
    const who = person({ methods: [device(1), registered('email'), device(2)] });
    expect(methodsOf(who, organisation())).toEqual(['app-notification', 'email']);
  });

  it('never opens the gate as the only method', () => {
    const only = person({ methods: [device(1), device(2)] });
    expect(refusal(only, organisation())).toBe('too-few-methods');
    const other = person({ methods: [device(1), registered('app-code')] });
    expect(refusal(other, organisation())).toBe('eligible');
    expect(refusal(other, organisation({ methods: ['app-notification', 'email'] }))).toBe('too-few-methods');
  });
});

describe('blocks', () => {
  const until = plus(now, hours(3));

  it('take a family away while another can fill the gate', () => {
    expect(methodsOf(person({ blocks: { email: until } }), organisation())).toEqual(['sms']);
  });

  it('refuse with their end when nothing is left, the first to end', () => {
    const both = person({ blocks: { email: until, phone: plus(now, hours(2)) } });
    expect(judged(both, organisation())).toEqual({ kind: 'blocked', until: plus(now, hours(2)) });
    expect(judged(person({ blocks: { all: until } }), organisation())).toEqual({ kind: 'blocked', until });
    expect(judged(person({ blocks: { all: until } }), organisation(), { now: until })).toMatchObject({
      kind: 'eligible',
    });
  });

  it('refuse a stranger who failed too often, and nobody else', () => {
    const proofs: Proof[] = [0, 1, 2, 3, 4].map((n) => ({
      reservationId: `reservation-${n}`,
      recoveryId: `recovery-${n}`,
      family: familyOf('email'),
      source: 'source-1',
      proven: false,
      at: plus(now, -minutes(5 - n)),
      result: 'failed',
    }));
    const attacked = person({ proofs });
    expect(judged(attacked, organisation())).toEqual({ kind: 'blocked', until: plus(now, hours(24) - minutes(5)) });
    expect(judged(attacked, organisation(), { source: 'source-2' })).toMatchObject({ kind: 'eligible' });
  });

  it('come after what refuses for good', () => {
    expect(refusal(person({ blocks: { all: until }, licensed: false }), organisation())).toBe('no-licence');
    const hybrid = person({ blocks: { all: until }, origin: 'hybrid' });
    expect(refusal(hybrid, organisation())).toBe('blocked');
  });
});
