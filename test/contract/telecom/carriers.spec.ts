import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as bodyOf } from 'node:stream/consumers';
import { startOutside, type Outside } from '#apps/outside/outside';
import type { PhoneFaults } from '#apps/outside/phones/phone-faults';
import type { Carrier, TextMessage } from '#libs/channels/telecom/carrier';
import { smppCarrier } from '#libs/channels/telecom/smpp/smpp-carrier';
import type { TryRef } from '#libs/channels/telecom/try-ref';
import { reportIn } from '#libs/channels/telecom/twilio/callbacks';
import { twilioCarrier } from '#libs/channels/telecom/twilio/twilio-carrier';
import { until } from '../../support/until';

async function eventuallyOther<T extends { kind: string }>(kind: string, ask: () => Promise<T>): Promise<T> {
  let answer = await ask();
  await until(`it was not ${kind}`, async () => answer.kind !== kind || (answer = await ask()).kind !== kind);
  return answer;
}

interface Reported {
  readonly kind: string;
  readonly reason?: string;
}

/** What every carrier of text messages has to do, whatever it speaks. */
describe.each(['twilio', 'smpp'] as const)('a carrier by %s', (name) => {
  let outside: Outside;
  let carrier: Carrier;
  let callbacks: Server;
  const reports: [deliveryId: string, Reported][] = [];

  beforeAll(async () => {
    outside = await startOutside();
    callbacks = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        const result = reportIn(Object.fromEntries(new URLSearchParams(body)));
        if (result) reports.push([request.url!.split('/').at(-2)!, result]);
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resume) => callbacks.listen(0, '127.0.0.1', resume));
    carrier = open();
  });
  beforeEach(async () => {
    reports.length = 0;
    await outside.phones.clear();
    await fault({ refuse: 0, fail: 0, drop: 0, undeliverable: 0, duplicate: 0, disorder: 0, down: false });
  });
  afterAll(async () => {
    await carrier.close();
    await outside.close();
    callbacks.close();
  });

  function open(change: { password?: string } = {}): Carrier {
    if (name === 'twilio') {
      const publicUrl = new URL(`http://127.0.0.1:${(callbacks.address() as AddressInfo).port}`);
      const { authToken } = outside.twilio;
      return twilioCarrier({ ...outside.twilio, authToken: change.password ?? authToken, publicUrl, perTryMs: 2_000 });
    }
    const sent = new Map<string, TryRef>();
    const url = new URL(outside.smppUrl);
    if (change.password) url.password = change.password;
    return smppCarrier({
      url: url.href,
      perTryMs: 2_000,
      sent: {
        note: (id, ref) => Promise.resolve(void sent.set(id, ref)),
        // as the table does: a report may come before the note
        find: async (id) => {
          await until('the message was noted', () => sent.has(id), 1_000).catch(() => undefined);
          return sent.get(id);
        },
      },
      onReceipt: (ref, result) => Promise.resolve(reports.push([ref.deliveryId, result])),
    });
  }

  const fault = (change: Partial<PhoneFaults>): Promise<void> =>
    outside.faults.set(name === 'twilio' ? { messages: change } : { smpp: change });

  const message = (text = 'Your code is 123456', to = '+819000000001'): TextMessage => ({
    ref: { kind: 'notice', deliveryId: randomUUID(), attempt: 1 },
    ...{ to, text, validSeconds: 300 },
  });

  it.each([
    ['English', 'Your Contoso code is 123456. @£$ {}[]~^|\\€'],
    ['Japanese', '123456 はコントソの確認コードです（5分間有効）。誰にも教えないでください。'],
    ['long English', `Code 123456. ${'Never give it to anyone. '.repeat(12)}`.trim()],
    ['long Japanese', `確認コード 123456。${'誰にも教えないでください。'.repeat(10)}`],
    ['emoji', 'Code 123456 🔑'],
  ])('carries %s as it was written, and reports that it arrived', async (_, text) => {
    const sent = message(text);
    const answer = await carrier.sendText!(sent);
    expect(answer).toMatchObject({ kind: 'accepted', ref: expect.stringMatching(/^\w{10,40}$/) });
    await until('it arrived', () => outside.phones.texts().length === 1);
    expect(outside.phones.texts()[0]).toMatchObject({ to: '+819000000001', text, carrier: name });
    await until('it was reported', () => reports.length === 1);
    expect(reports).toEqual([[sent.ref.deliveryId, { kind: 'delivered' }]]);
  });

  it('reports what did not arrive', async () => {
    await fault({ undeliverable: 1 });
    await carrier.sendText!(message());
    await until('it was reported', () => reports.length === 1);
    expect(reports[0]![1]).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/^[a-z-]+$/) });
    expect(outside.phones.texts()).toEqual([]);
  });

  it('says that a throttled message was certainly not taken', async () => {
    await fault({ refuse: 1 });
    expect(await carrier.sendText!(message())).toMatchObject({ kind: 'not-taken', reason: 'rate-limited' });
    expect(outside.phones.texts()).toEqual([]);
  });

  it('does not know what became of a message whose answer was lost', async () => {
    await fault({ drop: 1 });
    expect(await carrier.sendText!(message())).toEqual({ kind: 'unknown' });
    await until('it arrived all the same', () => outside.phones.texts().length === 1);
    expect(await carrier.sendText!(message())).toMatchObject({ kind: 'accepted' });
  });

  it('does not know what became of a message that is answered too late', async () => {
    await fault({ delay: { next: 1, ms: 3_000 } });
    expect(await carrier.sendText!(message())).toEqual({ kind: 'unknown' });
  });

  it('says that nobody was there, and goes on when somebody is', async () => {
    await fault({ down: true });
    // A line that was just cut may look whole for a moment.
    const answer = await eventuallyOther('unknown', () => carrier.sendText!(message()));
    expect(answer).toMatchObject({ kind: 'not-taken', reason: expect.stringMatching(/^connection-/) });
    await fault({ down: false });
    expect(await carrier.sendText!(message())).toMatchObject({ kind: 'accepted' });
  });

  it('says that it may not sign in', async () => {
    const stranger = open({ password: 'not-the-password' });
    expect(await stranger.sendText!(message())).toMatchObject({ kind: 'not-taken', reason: 'sign-in-refused' });
    await stranger.close();
  });

  it('hands over many at once', async () => {
    const sent = Array.from({ length: 20 }, (_, n) => message(`Code ${n}`));
    const answers = await Promise.all(sent.map((one) => carrier.sendText!(one)));
    expect(answers.map(({ kind }) => kind)).toEqual(sent.map(() => 'accepted'));
    const reported = (): Set<string> => new Set(reports.map(([deliveryId]) => deliveryId));
    await until('all were reported', () => sent.every(({ ref }) => reported().has(ref.deliveryId)));
    const arrived = outside.phones.texts().map(({ text }) => text);
    expect(arrived).toEqual(expect.arrayContaining(sent.map(({ text }) => text)));
  });
});

describe('what a provider answers', () => {
  /** A server that answers everything alike. */
  async function answering(status: number, body: string, headers: Record<string, string> = {}) {
    const server = createServer((_, response) => response.writeHead(status, headers).end(body));
    await new Promise<void>((resume) => server.listen(0, '127.0.0.1', resume));
    const baseUrl = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const account = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'x'.repeat(32), from: '+15005550006' };
    const carrier = twilioCarrier({ ...account, baseUrl, publicUrl: new URL('http://127.0.0.1') });
    const ref = { kind: 'notice', deliveryId: 'd', attempt: 1 } as const;
    const answer = await carrier.sendText!({ ref, to: '+819000000001', text: 'text', validSeconds: 60 });
    server.closeAllConnections();
    server.close();
    return answer;
  }
  const sid = `SM${'a'.repeat(32)}`;

  it.each([
    ['with fields nobody knows', 201, { sid, status: 'queued', shoe_size: 43 }, { kind: 'accepted', ref: sid }],
    ['as something else that succeeds', 200, '<html>Welcome</html>', { kind: 'unknown' }],
    ['with a name that is none', 201, { sid: 'x; DROP TABLE', status: 'queued' }, { kind: 'unknown' }],
    ['that it broke', 500, { code: 20500 }, { kind: 'unknown', code: 20500 }],
    ['that it is away', 503, 'nothing', { kind: 'not-taken', reason: 'out-of-order', code: 503 }],
    ['that the number is wrong', 400, { code: 21211 }, { kind: 'refused', reason: 'invalid-number', code: 21211 }],
    ['that the sender is wrong', 400, { code: 21606 }, { kind: 'not-taken', reason: 'provider-refused', code: 21606 }],
    ['with a code that is none', 400, { code: '21211' }, { kind: 'not-taken', reason: 'provider-refused', code: 400 }],
  ])('%s, is understood', async (_, status, body, understood) => {
    expect(await answering(status, typeof body === 'string' ? body : JSON.stringify(body))).toEqual(understood);
  });

  it('is waited for as long as it asks', async () => {
    const answer = await answering(429, '{"code":20429}', { 'Retry-After': '7' });
    expect(answer).toEqual({ kind: 'not-taken', reason: 'rate-limited', code: 20429, retryAfterMs: 7_000 });
  });

  it('is not followed elsewhere', async () => {
    const answer = await answering(307, '', { Location: 'https://elsewhere.example/' });
    expect(answer).toMatchObject({ kind: 'not-taken', code: 307 });
  });
});
