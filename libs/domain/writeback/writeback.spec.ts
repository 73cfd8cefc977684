import { given } from '../testing.js';
import { minutes, plus, seconds } from '../time.js';
import type { WritebackEvent } from './writeback.events.js';
import { isUntouched, mayHaveAgain, neverReached, othersHad, writeback } from './writeback.js';

const start = '2026-03-02T09:00:00.000Z';
const after = (n: number) => plus(start, seconds(n));
const writebackId = 'writeback-1';
const own = { writebackId, recoveryId: 'recovery-1' };
const wish = {
  writebackId,
  tenantId: 'tenant-1',
  accountId: 'account-1',
  recoveryId: 'recovery-1',
  kind: 'reset',
  fence: 7,
  sealed: { ref: 'sealed', sha256: 'hash' },
  doubleReset: false,
  deadline: after(120),
} as const;

const offered = (offer = 1, at = start): WritebackEvent => ({ type: 'WritebackOffered', data: { ...wish, offer, at } });
const leased = (agentId = 'agent-1', offer = 1, at = after(1)): WritebackEvent => ({
  type: 'WritebackLeased',
  data: { ...own, agentId, offer, leaseUntil: plus(at, seconds(30)), at },
});
const report = { agentId: 'agent-1', result: 'succeeded', writes: 1, fenced: true, doneAt: after(2) } as const;
const reported = (
  more: Partial<Extract<WritebackEvent, { type: 'WritebackReported' }>['data']> = {},
): WritebackEvent => ({
  type: 'WritebackReported',
  data: { ...own, ...report, ...more, at: after(3) },
});

const offering = (now: string) => ({ type: 'OfferWriteback', data: { ...wish, now } }) as const;
const leasing = (agentId: string, now: string) =>
  ({ type: 'LeaseWriteback', data: { agentId, leaseUntil: plus(now, seconds(30)), now } }) as const;
const reporting = (more: object = {}) =>
  ({ type: 'ReportWriteback', data: { ...report, alive: ['agent-1'], ...more, now: after(3) } }) as const;
const expiring = (now: string) => ({ type: 'ExpireWriteback', data: { now } }) as const;

describe('OfferWriteback', () => {
  it('offers once', () => {
    given(writeback).when(offering(start)).then(offered());
    given(writeback, offered())
      .when(offering(after(1)))
      .thenNothing();
  });
  it('offers again when a lease lapsed without a word', () => {
    given(writeback, offered(), leased())
      .when(offering(after(30)))
      .thenNothing();
    given(writeback, offered(), leased())
      .when(offering(after(31)))
      .then(offered(2, after(31)));
  });
  it('ends what it comes too late for', () => {
    given(writeback)
      .when(offering(after(120)))
      .then(offered(1, after(120)), { type: 'WritebackExpired', data: { ...own, at: after(120) } });
    given(writeback, offered(), leased())
      .when(offering(after(120)))
      .thenNothing();
  });
  it('offers nothing when it was reported', () => {
    given(writeback, offered(), leased(), reported())
      .when(offering(after(60)))
      .thenNothing();
  });
});

describe('LeaseWriteback', () => {
  it('lets one agent win', () => {
    given(writeback, offered())
      .when(leasing('agent-1', after(1)))
      .then(leased());
    given(writeback, offered(), leased())
      .when(leasing('agent-2', after(2)))
      .thenRefuses('writeback-not-offered');
  });
  it('lets another have it after a lapse', () => {
    given(writeback, offered(), leased(), offered(2, after(31)))
      .when(leasing('agent-2', after(32)))
      .then(leased('agent-2', 2, after(32)));
  });
  it('refuses an agent that it is not sealed for', () => {
    const sealed = offered();
    const sealedFor = [{ agentId: 'agent-1', keyId: 'key-1' }];
    const past: WritebackEvent = { ...sealed, data: { ...sealed.data, sealedFor } } as WritebackEvent;
    given(writeback, past)
      .when(leasing('agent-1', after(1)))
      .then(leased());
    given(writeback, past)
      .when(leasing('agent-2', after(1)))
      .thenRefuses('writeback-not-sealed-for');
  });
  it('refuses after the deadline, and before any offer', () => {
    given(writeback, offered())
      .when(leasing('agent-1', after(120)))
      .thenRefuses('writeback-expired');
    given(writeback)
      .when(leasing('agent-1', after(1)))
      .thenRefuses('writeback-not-offered');
  });
});

describe('ReportWriteback', () => {
  it('believes an agent that had it', () => {
    given(writeback, offered(), leased()).when(reporting()).then(reported());
    given(writeback, offered(), leased())
      .when(reporting({ agentId: 'agent-2' }))
      .thenRefuses('writeback-not-leased');
  });
  it('stays quiet when told again', () => {
    given(writeback, offered(), leased(), reported()).when(reporting()).thenNothing();
  });
  it('believes the agent that wrote, whichever is heard first', () => {
    const twice = [offered(), leased(), offered(2, after(31)), leased('agent-2', 2, after(32))];
    given(writeback, ...twice, reported())
      .when(reporting({ agentId: 'agent-2', result: 'stale' }))
      .thenNothing();
    given(writeback, ...twice, reported({ agentId: 'agent-2', result: 'unreachable' }))
      .when(reporting())
      .then(reported());
  });
  describe('of an agent that did nothing and whose lease lapsed', () => {
    const lapsed = [offered(), leased(), offered(2, after(31))];
    const others = leased('agent-2', 2, after(32));
    const idle = (n: number, more: object = {}) =>
      ({
        type: 'ReportWriteback',
        data: { ...report, result: 'expired', writes: 0, alive: ['agent-1', 'agent-2'], ...more, now: after(n) },
      }) as const;
    const said = { ...own, agentId: 'agent-1', result: 'expired' } as const;
    const untouched: WritebackEvent = { type: 'WritebackUntouched', data: { ...said, at: after(33) } };

    it('is offered to the others while nobody has it', () => {
      given(writeback, ...lapsed)
        .when(idle(32))
        .then({
          type: 'WritebackReturned',
          data: { ...said, tenantId: 'tenant-1', offer: 3, unheard: false, at: after(32) },
        });
      expect(
        given(writeback, ...lapsed)
          .when(idle(32, { alive: ['agent-1'] }))
          .events(),
      ).toMatchObject([{ type: 'WritebackReported', data: { result: 'expired' } }]);
    });
    it('does not end what another has, and its word is kept', () => {
      given(writeback, ...lapsed, others)
        .when(idle(33))
        .then(untouched);
      given(writeback, ...lapsed, others, untouched)
        .when(idle(34))
        .thenNothing();
      given(writeback, ...lapsed, others, untouched, offered(3, after(62)))
        .when(leasing('agent-1', after(63)))
        .thenRefuses('writeback-returned');
    });
    it('leaves nobody to wait for when the other did nothing either', () => {
      const last = { agentId: 'agent-2', result: 'unreachable' };
      expect(
        given(writeback, ...lapsed, others, untouched)
          .when(idle(34, last))
          .events(),
      ).toMatchObject([{ type: 'WritebackReported', data: last }]);
      expect(
        given(writeback, ...lapsed, others)
          .when(idle(34, last))
          .events(),
      ).toMatchObject([{ type: 'WritebackReturned', data: { ...last, unheard: true } }]);
    });
    it('is believed all the same when it says later that it wrote', () => {
      given(writeback, ...lapsed, others, untouched)
        .when(reporting())
        .then(reported());
    });
  });
  it('ends by what an agent found out, whoever has it, and by the deadline', () => {
    const lapsed = [offered(), leased(), offered(2, after(31))];
    expect(
      given(writeback, ...lapsed)
        .when(reporting({ result: 'rejected-by-policy' }))
        .events(),
    ).toMatchObject([{ type: 'WritebackReported', data: { result: 'rejected-by-policy' } }]);
    const late = { ...report, result: 'expired', writes: 0, alive: ['agent-1', 'agent-2'], now: after(121) } as const;
    expect(given(writeback, offered(), leased()).when({ type: 'ReportWriteback', data: late }).events()).toMatchObject([
      { type: 'WritebackReported', data: { result: 'expired' } },
    ]);
  });
  describe('of an agent that could do nothing, in time', () => {
    const idle = { result: 'unreachable', writes: 0, trouble: 'econnrefused' };
    const returned = (more: object = {}): WritebackEvent => ({
      type: 'WritebackReturned',
      data: {
        ...own,
        tenantId: 'tenant-1',
        agentId: 'agent-1',
        result: 'unreachable',
        trouble: 'econnrefused',
        offer: 2,
        unheard: false,
        at: after(3),
        ...more,
      },
    });
    const alive = ['agent-1', 'agent-2'];
    it('offers it to the others', () => {
      given(writeback, offered(), leased())
        .when(reporting({ ...idle, alive }))
        .then(returned());
      given(writeback, offered(), leased(), returned())
        .when(leasing('agent-1', after(4)))
        .thenRefuses('writeback-returned');
      given(writeback, offered(), leased(), returned())
        .when(leasing('agent-2', after(4)))
        .then(leased('agent-2', 2, after(4)));
      given(writeback, offered(), leased(), returned())
        .when(reporting({ ...idle, alive }))
        .thenNothing();
    });
    it('ends with the last of them', () => {
      const second = [returned(), leased('agent-2', 2, after(3))];
      expect(
        given(writeback, offered(), leased(), ...second)
          .when(reporting({ ...idle, alive, agentId: 'agent-2' }))
          .events(),
      ).toMatchObject([{ type: 'WritebackReported', data: { result: 'unreachable' } }]);
    });
    it('ends at once where no other could open it', () => {
      const sealed = offered();
      const sealedFor = [{ agentId: 'agent-1', keyId: 'key-1' }];
      const past = { ...sealed, data: { ...sealed.data, sealedFor } } as WritebackEvent;
      expect(
        given(writeback, past, leased())
          .when(reporting({ ...idle, alive }))
          .events(),
      ).toMatchObject([{ type: 'WritebackReported' }]);
    });
    it('leaves open what an agent that was not heard of may have done', () => {
      given(writeback, offered(), leased('agent-2'), offered(2, after(2)), leased('agent-1', 2, after(2)))
        .when(reporting(idle))
        .then(returned({ offer: 3, unheard: true }));
    });
    it('expires when nobody else came', () => {
      given(writeback, offered(), leased(), returned())
        .when(expiring(after(120)))
        .then({ type: 'WritebackExpired', data: { ...own, at: after(120) } });
    });
  });
  it('takes a late word', () => {
    const lost: WritebackEvent = { type: 'WritebackLost', data: { ...own, at: after(90_000) } };
    given(writeback, offered(), leased(), lost).when(reporting()).then(reported());
  });
});

describe('ExpireWriteback', () => {
  it('ends what nobody took by its deadline', () => {
    given(writeback, offered())
      .when(expiring(after(119)))
      .thenNothing();
    given(writeback, offered())
      .when(expiring(after(120)))
      .then({ type: 'WritebackExpired', data: { ...own, at: after(120) } });
  });
  it('gives up an agent that was silent for a day', () => {
    given(writeback, offered(), leased())
      .when(expiring(plus(after(1), minutes(1_439))))
      .thenNothing();
    const at = plus(after(1), minutes(1_440));
    given(writeback, offered(), leased())
      .when(expiring(at))
      .then({ type: 'WritebackLost', data: { ...own, at } });
  });
  it('leaves what was reported alone', () => {
    given(writeback, offered(), leased(), reported())
      .when(expiring(after(90_000)))
      .thenNothing();
  });
});

describe('what an agent took and does not hold', () => {
  const lost = (agentId: string, holding: string[], now: string, ...past: WritebackEvent[]) =>
    neverReached(given(writeback, ...past).state, agentId, holding, now);

  it('never reached it while the lease is its, however long ago', () => {
    expect(lost('agent-1', [], after(2), offered(), leased())).toBe(true);
    expect(lost('agent-1', ['writeback-2'], after(90), offered(), leased())).toBe(true);
    expect(lost('agent-1', [], after(500), offered(), leased())).toBe(true);
  });
  it('did reach it when it says so', () => {
    expect(lost('agent-1', [writebackId], after(2), offered(), leased())).toBe(false);
  });
  it('is another’s once that took it, and anybody’s while it is offered', () => {
    expect(lost('agent-2', [], after(2), offered(), leased())).toBe(false);
    const again = [offered(), leased(), offered(2, after(31))];
    expect(lost('agent-1', [], after(32), ...again)).toBe(false);
    expect(lost('agent-1', [], after(33), ...again, leased('agent-2', 2, after(32)))).toBe(false);
  });
  it('is its again, to say what stands, when nobody took it by the deadline', () => {
    expect(lost('agent-1', [], after(120), offered(), leased(), offered(2, after(31)))).toBe(true);
    expect(lost('agent-2', [], after(120), offered(), leased(), offered(2, after(31)))).toBe(false);
  });
  it('is asked of whoever was not heard of when another gave it back after the deadline', () => {
    const back = {
      ...own,
      tenantId: 'tenant-1',
      agentId: 'agent-2',
      result: 'expired',
      offer: 3,
      unheard: true,
    } as const;
    const returned: WritebackEvent = { type: 'WritebackReturned', data: { ...back, at: after(121) } };
    const past = [offered(), leased(), offered(2, after(100)), leased('agent-2', 2, after(100))];
    expect(lost('agent-1', [], after(121), ...past)).toBe(false);
    expect(lost('agent-1', [], after(121), ...past, returned)).toBe(true);
    expect(lost('agent-1', [writebackId], after(121), ...past, returned)).toBe(false);
    expect(lost('agent-2', [], after(121), ...past, returned)).toBe(false);
  });
  it('is over once it was reported, or given up', () => {
    expect(lost('agent-1', [], after(4), offered(), leased(), reported())).toBe(false);
    const gaveUp: WritebackEvent = { type: 'WritebackLost', data: { ...own, at: after(90_000) } };
    expect(lost('agent-1', [], after(90_001), offered(), leased(), gaveUp)).toBe(false);
    expect(lost('agent-1', [], after(1), offered())).toBe(false);
  });
});

it('an agent may be told once more what it took, until that is over', () => {
  const again = (agentId: string, ...past: WritebackEvent[]) => mayHaveAgain(given(writeback, ...past).state, agentId);
  expect(again('agent-1', offered(), leased())).toBe(true);
  expect(again('agent-1', offered(), leased(), offered(2, after(31)))).toBe(true);
  expect(again('agent-2', offered(), leased())).toBe(false);
  expect(again('agent-1', offered())).toBe(false);
  expect(again('agent-1', offered(), leased(), reported())).toBe(false);
  const back = { ...own, tenantId: 'tenant-1', result: 'unreachable', offer: 2, unheard: false, at: after(3) } as const;
  const returned: WritebackEvent = { type: 'WritebackReturned', data: { ...back, agentId: 'agent-1' } };
  expect(again('agent-1', offered(), leased(), returned)).toBe(false);
});

it('was touched by nobody while whoever had it says so', () => {
  const state = (...past: WritebackEvent[]) => given(writeback, offered(), ...past).state;
  const data = { ...own, agentId: 'agent-1', result: 'unreachable', at: after(33) } as const;
  const others = [offered(2, after(31)), leased('agent-2', 2, after(32))];
  const untouched: WritebackEvent = { type: 'WritebackUntouched', data };
  expect([state(), state(leased()), state(leased(), ...others, untouched)].map(isUntouched)).toEqual([
    true,
    false,
    false,
  ]);
  expect(othersHad(state(leased()), 'agent-1')).toBe(false);
  expect(othersHad(state(leased(), ...others), 'agent-2')).toBe(true);
  expect(othersHad(state(leased(), ...others, untouched), 'agent-2')).toBe(false);
});
