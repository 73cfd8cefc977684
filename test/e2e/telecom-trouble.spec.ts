import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import twilio from 'twilio';
import { eventually, Person, type Recovery } from '../support/journey';
import { startProduct, type Product } from '../support/product';
import { storedEvents } from '../support/stored-events';

const user = 'cloud.user@contoso.example';
const number = '+81 9000000001';
const nothing = { refuse: 0, fail: 0, drop: 0, undeliverable: 0, duplicate: 0, disorder: 0, down: false };
const accountSid = `AC${'5'.repeat(32)}`;

interface Told {
  readonly type: string;
  readonly provider?: string;
  readonly reason?: string;
}

describe('trouble with the telephone network', () => {
  let product: Product;
  let person: Person;
  let triesBefore: number;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  }, 90_000);
  beforeEach(async () => {
    await person.phoneFaults({ messages: nothing, calls: nothing, smpp: nothing });
    await person.advance('PT25H');
    await person.resetLimits();
    await person.request('DELETE', '/outside/api/sms');
    triesBefore = (await tries()).length;
  });
  // Whatever the trouble: what the tenant may be charged for is a try in the history.
  afterEach(async () => {
    const charged = (await person.texts(number)).length + (await person.calls(number)).length;
    expect(charged).toBeLessThanOrEqual((await tries()).length - triesBefore);
  });
  afterAll(() => product.remove());

  const tries = async () => (await storedEvents(product)).filter(({ type }) => type === 'DeliveryAttempted');

  /** What became of the deliveries, as an operator reads it. */
  async function history({ view }: Recovery): Promise<Told[]> {
    const args = ['dist/apps/cli/main.js', 'case', view.supportCode, '--json'];
    const env = { ...process.env, NODE_OPTIONS: '', KEYTURN_DATA_DIR: product.dataDir };
    // Cases are found by a read model, which may be a moment behind.
    const found = () => promisify(execFile)('node_modules/.bin/node', args, { env }).catch(() => undefined);
    const { stdout } = await eventually(found);
    const { events } = JSON.parse(stdout) as { events: { type: string; data: Record<string, string> }[] };
    return events
      .filter(({ type }) => /^Delivery|^Challenge(Passed|Denied)/.test(type))
      .map(({ type, data: { provider, reason } }) => ({
        type,
        ...(provider && { provider }),
        ...(reason && { reason }),
      }));
  }

  /** The history once it tells this: the last of it may be written a moment after the person has moved on. */
  const once = (recovery: Recovery, tells: (types: string[]) => boolean): Promise<Told[]> =>
    eventually(async () => {
      const told = await history(recovery);
      return tells(told.map(({ type }) => type)) && told;
    });

  async function getsIn(recovery: Recovery): Promise<void> {
    const challengeId = await recovery.phoned('sms', number);
    const code = await recovery.textedCode(number);
    expect(await recovery.answer(challengeId, code)).toMatchObject({ status: 200, body: { gatesPassed: 1 } });
  }

  it('when the first provider breaks (500), the next try is recorded as one and goes to the second', async () => {
    await person.phoneFaults({ messages: { fail: 5 } });
    const recovery = await person.started(user);
    await getsIn(recovery);
    const told = await once(recovery, (types) => types.includes('DeliveryAccepted'));
    expect(told.filter(({ type }) => /(Attempted|Deferred|Accepted)$/.test(type))).toEqual([
      { type: 'DeliveryAttempted' },
      { type: 'DeliveryDeferred', provider: 'twilio', reason: 'unknown-outcome' },
      { type: 'DeliveryAttempted' },
      { type: 'DeliveryAccepted', provider: 'smpp' },
    ]);
    expect(await person.texts(number)).toHaveLength(1);
  });

  it('when the answer is lost after the message was taken, its report ends the tries: one message', async () => {
    await person.phoneFaults({ messages: { drop: 1 } });
    const recovery = await person.started(user);
    await getsIn(recovery);
    expect(await person.texts(number)).toHaveLength(1);
    const told = await once(recovery, (types) => types.includes('DeliveryConfirmed'));
    expect(told.filter(({ type }) => type === 'DeliveryAttempted')).toHaveLength(1);
    expect(told).toContainEqual({ type: 'DeliveryConfirmed', provider: 'twilio' });
  });

  it('while nobody carries anything, the person sees it; once somebody does, the same code comes', async () => {
    await person.phoneFaults({ messages: { down: true }, smpp: { down: true } });
    const recovery = await person.started(user);
    const challengeId = await recovery.phoned('sms', number);
    await recovery.untilState('delayed');
    await person.phoneFaults({ messages: { down: false }, smpp: { down: false } });
    const code = await recovery.textedCode(number);
    expect((await recovery.answer(challengeId, code)).status).toBe(200);
    expect(await person.texts(number)).toHaveLength(1);
  });

  it('reports that come twice or in the wrong order change nothing more', async () => {
    await person.phoneFaults({ messages: { duplicate: 1, disorder: 1 } });
    const recovery = await person.started(user);
    await recovery.phoned('sms', number);
    await recovery.untilState('delivered');
    const told = await once(recovery, (types) => types.includes('DeliveryAccepted'));
    expect(told.filter(({ type }) => type === 'DeliveryConfirmed')).toHaveLength(1);
    expect(told.filter(({ type }) => type === 'DeliveryAccepted')).toHaveLength(1);
    expect(told.filter(({ type }) => type === 'DeliveryAttempted')).toHaveLength(1);
    expect(await person.texts(number)).toHaveLength(1);
  });

  it('a message that does not reach the phone shows as failed', async () => {
    await person.phoneFaults({ messages: { undeliverable: 1 } });
    const recovery = await person.started(user);
    await recovery.phoned('sms', number);
    await recovery.untilState('failed');
    expect(await once(recovery, (types) => types.includes('DeliveryFailed'))).toContainEqual({
      ...{ type: 'DeliveryFailed', provider: 'twilio', reason: 'number-unreachable' },
    });
  });

  it('a key of a call that is told twice counts once', async () => {
    await person.phoneFaults({ calls: { duplicate: 1, disorder: 1 } });
    const recovery = await person.started(user);
    await recovery.phoned('mobile-call', number);
    await person.press((await recovery.ringing(number)).callId, '*');
    await recovery.untilState('denied');
    const told = await once(recovery, (types) => types.includes('ChallengeDenied'));
    expect(told.filter(({ type }) => type === 'ChallengeDenied')).toHaveLength(1);
  });

  // Calls have one carrier: what it did not take is asked of it again.
  it.each([
    ['has had enough (429)', { refuse: 1 }, ['DeliveryAttempted', 'DeliveryDeferred', 'DeliveryAttempted']],
    ['breaks (500)', { fail: 1 }, ['DeliveryAttempted', 'DeliveryDeferred', 'DeliveryAttempted']],
    ['rings and its answer is lost', { drop: 1 }, ['DeliveryAttempted']],
    ['is out of reach for a while', { down: true }, ['DeliveryAttempted', 'DeliveryDeferred']],
  ])('when the carrier of a call %s, one call rings and gets in', async (_, trouble, tried) => {
    await person.phoneFaults({ calls: trouble });
    const recovery = await person.started(user);
    await recovery.phoned('mobile-call', number);
    if ('down' in trouble) {
      await recovery.untilState('delayed');
      await person.phoneFaults({ calls: nothing });
    }
    await person.press((await recovery.ringing(number)).callId, '#');
    await recovery.untilState('passed');
    expect((await recovery.get()).body.gatesPassed).toBe(1);
    const told = (await once(recovery, (types) => types.includes('ChallengePassed'))).map(({ type }) => type);
    const attempts = told.filter((type) => /(Attempted|Deferred)$/.test(type));
    expect(attempts.slice(0, tried.length)).toEqual(tried);
    expect(await person.calls(number)).toHaveLength(1);
  });

  // One that has had enough is left alone for a second: it comes last of those that follow.
  it.each([
    ['is out of reach', { down: true }],
    ['has had enough (429)', { refuse: 5 }],
  ])('when the first provider %s, the second one carries the code', async (_, trouble) => {
    await person.phoneFaults({ messages: trouble });
    const recovery = await person.started(user);
    await getsIn(recovery);
    expect(await person.texts(number)).toMatchObject([{ carrier: 'smpp' }]);
    await recovery.untilState('passed');
    const told = await once(recovery, (types) => types.includes('DeliveryAccepted'));
    expect(told).toEqual(
      expect.arrayContaining([{ type: 'DeliveryAccepted', provider: 'smpp' }, { type: 'ChallengePassed' }]),
    );
  });

  describe('a report that Twilio did not sign', () => {
    const id = '0b7a2f8e-6a4d-5f0e-8f2e-1c9d8e7f6a5b';
    const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
      fetch(product.url + path, { method: 'POST', headers, body: new URLSearchParams(fields) });
    const signed = (url: string, fields: Record<string, string>, token = 'x'.repeat(32)) => ({
      'X-Twilio-Signature': twilio.getExpectedTwilioSignature(token, url, fields),
    });

    it.each(['status/challenges', 'voice/challenges'])('is refused: %s', async (what) => {
      const recovery = await person.started(user);
      const challengeId = await recovery.phoned('mobile-call', number);
      const end = what.startsWith('status') ? '/1' : '';
      const path = `/api/v1/telecom/twilio/${what}/${recovery.view.recoveryId}/${challengeId}${end}`;
      const fields = { AccountSid: accountSid, CallStatus: 'completed', Digits: '#' };
      for (const headers of [{}, { 'X-Twilio-Signature': '' }, signed(product.url + path, fields)]) {
        for (const then of ['', ...(what.startsWith('voice') ? ['/keys'] : [])]) {
          const answer = await post(path + then, fields, headers);
          expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'signature-invalid' }]);
        }
      }
      expect((await recovery.get()).body).toMatchObject({ gatesPassed: 0, challenge: { challengeId } });
      expect((await history(recovery)).map(({ type }) => type)).not.toContain('DeliveryConfirmed');
      await person.press((await recovery.ringing(number)).callId, '*');
    });

    it('is understood nowhere else: forms are refused', async () => {
      for (const path of ['/api/v1/recoveries', '/api/v1/sessions', '/api/v1/captchas']) {
        expect((await post(path, { username: user })).status).toBe(415);
      }
    });

    it('and a path that only looks like it is nobody’s', async () => {
      expect((await post(`/api/v1/telecom/twilio/status/challenges/${id}/x/1`, {})).status).toBe(403);
      expect((await post('/api/v1/telecom/twilio/other', {})).status).toBe(415);
    });
  });
});
