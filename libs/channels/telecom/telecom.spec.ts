import type { Carrier, CarrierAnswer, TextMessage } from './carrier.js';
import { Telecom } from './telecom.js';

const taken = { kind: 'accepted', ref: 'r1' } as const;
const down = { kind: 'not-taken', reason: 'connection-refused' } as const;
const unknown = { kind: 'unknown' } as const;

/** A carrier that gives these answers, the last one for ever. */
function carrier(name: string, ...answers: CarrierAnswer[]): Carrier & { sent: number } {
  const self = {
    name,
    perTryMs: 10,
    sent: 0,
    sendText: () => Promise.resolve(answers[Math.min(self.sent++, answers.length - 1)]!),
    close: () => Promise.resolve(),
  };
  return self;
}

const message = (attempt: number): TextMessage => ({
  ref: { kind: 'notice', deliveryId: 'd', attempt },
  ...{ to: '+819000000001', text: 'text', validSeconds: 60 },
});

describe('a chain of carriers', () => {
  it('uses the first', async () => {
    const [first, second] = [carrier('first', taken), carrier('second', taken)];
    expect(await new Telecom([first, second]).sendText(message(1))).toEqual({
      ...{ kind: 'accepted', provider: 'first', providerRef: 'r1' },
    });
    expect(second.sent).toBe(0);
  });

  it('passes over one that certainly sent nothing, and says so', async () => {
    const telecom = new Telecom([carrier('first', down), carrier('second', taken)]);
    expect(await telecom.sendText(message(1))).toEqual({
      ...{ kind: 'accepted', provider: 'second', providerRef: 'r1' },
      passedOver: [{ provider: 'first', reason: 'connection-refused' }],
    });
  });

  it('never asks a second one in the same try when the first may have sent', async () => {
    const [first, second] = [carrier('first', unknown), carrier('second', taken)];
    const telecom = new Telecom([first, second]);
    expect(await telecom.sendText(message(1))).toEqual({
      kind: 'deferred',
      reason: 'unknown-outcome',
      provider: 'first',
    });
    expect(second.sent).toBe(0);
    // The next try is recorded as one, and begins with the next carrier.
    expect(await telecom.sendText(message(2))).toMatchObject({ kind: 'accepted', provider: 'second' });
  });

  it('asks nobody else about a number that is wrong', async () => {
    const second = carrier('second', taken);
    const telecom = new Telecom([carrier('first', { kind: 'refused', reason: 'invalid-number', code: 21211 }), second]);
    expect(await telecom.sendText(message(1))).toEqual({
      ...{ kind: 'refused', reason: 'invalid-number', provider: 'first', providerCode: 21211 },
    });
    expect(second.sent).toBe(0);
  });

  it('comes again when all are out of reach, after the shortest time one asked for', async () => {
    const busy = (ms: number) => ({ kind: 'not-taken', reason: 'rate-limited', code: 429, retryAfterMs: ms }) as const;
    const telecom = new Telecom([carrier('first', busy(9_000)), carrier('second', busy(5_000))]);
    expect(await telecom.sendText(message(1))).toEqual({
      ...{ kind: 'deferred', reason: 'rate-limited', provider: 'second', retryAfterMs: 5_000 },
      passedOver: [{ provider: 'first', reason: 'rate-limited' }],
    });
  });

  it('asks one last for a while that let everybody wait', async () => {
    const first = carrier('first', { kind: 'not-taken', reason: 'timed-out' }, taken);
    const telecom = new Telecom([first, carrier('second', taken)]);
    await telecom.sendText(message(1));
    await telecom.sendText(message(1));
    expect(first.sent).toBe(1);
  });

  it('refuses when nobody carries this', async () => {
    const question = { kind: 'challenge', recoveryId: 'r', challengeId: 'c' } as const;
    const call = { ref: message(1).ref, question, to: '+819000000001' };
    expect(await new Telecom([carrier('only-texts', taken)]).call(call)).toEqual({
      kind: 'refused',
      reason: 'no-provider',
    });
  });
});
