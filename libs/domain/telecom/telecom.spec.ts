import fc from 'fast-check';
import { given } from '../testing.js';
import { monthOf, telecom, type TelecomCommand, type TelecomEvent } from './telecom.js';

const at = '2026-03-02T09:00:00.000Z';
const month = { tenantId: 'tenant-1', month: '2026-03' };
const reserve = (budget: number): TelecomCommand => ({
  type: 'ReserveTelecom',
  data: { ...month, reservationId: 'r', budget, now: at },
});
const reserved = (units: number, total: number, budget: number): TelecomEvent => ({
  type: 'TelecomReserved',
  data: { ...month, reservationId: 'r', units, reserved: total, budget, at },
});
const low = (total: number, budget: number): TelecomEvent => ({
  type: 'TelecomBudgetLow',
  data: { ...month, reserved: total, budget, at },
});
const exhausted = (budget: number): TelecomEvent => ({
  type: 'TelecomBudgetExhausted',
  data: { ...month, budget, at },
});

describe('a month of messages and calls', () => {
  it('is reserved in blocks, one by one towards the end', () => {
    given(telecom)
      .when(reserve(10_000))
      .then(reserved(100, 100, 10_000));
    given(telecom, low(9_995, 10_000), reserved(1, 9_995, 10_000))
      .when(reserve(10_000))
      .then(reserved(1, 9_996, 10_000));
    given(telecom)
      .when(reserve(3))
      .then(reserved(1, 1, 3));
  });

  it('tells that four fifths are gone, once for each budget', () => {
    given(telecom, reserved(1, 7, 10))
      .when(reserve(10))
      .then(reserved(1, 8, 10), low(8, 10));
    given(telecom, reserved(1, 8, 10), low(8, 10))
      .when(reserve(10))
      .then(reserved(1, 9, 10));
    given(telecom, reserved(1, 9, 10), low(9, 10))
      .when(reserve(11))
      .then(reserved(1, 10, 11), low(10, 11));
  });

  it('ends with the budget, which is noted once, and goes on when there is more', () => {
    given(telecom, reserved(1, 10, 10))
      .when(reserve(10))
      .then(exhausted(10));
    given(telecom, reserved(1, 10, 10), exhausted(10))
      .when(reserve(10))
      .thenNothing();
    given(telecom, reserved(1, 10, 10), exhausted(10))
      .when(reserve(100))
      .then(reserved(1, 11, 100));
    given(telecom).when(reserve(0)).then(exhausted(0));
  });

  it('notes once that the administrators were told', () => {
    const carry: TelecomCommand = { type: 'CarryTelecomWarning', data: { ...month, told: 2, now: at } };
    const carried: TelecomEvent = { type: 'TelecomWarningCarried', data: { ...month, told: 2, at } };
    given(telecom, low(8, 10)).when(carry).then(carried);
    given(telecom, low(8, 10), carried).when(carry).thenNothing();
  });

  it('never reserves more than the budget, in at most some hundred blocks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (budget) => {
        let state = telecom.initial;
        let events = 0;
        for (let n = 0; n < 1_000; n++) {
          const made = telecom.decide(reserve(budget), state);
          events += made.length;
          state = made.reduce(telecom.evolve, state);
        }
        expect(state.reserved).toBe(budget);
        expect(events).toBeLessThan(220);
      }),
      { numRuns: 30 },
    );
  });
});

it('a month is a calendar month in UTC', () => expect(monthOf(at)).toBe('2026-03'));
