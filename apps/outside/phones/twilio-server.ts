import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as bodyOf } from 'node:stream/consumers';
import { CallCenter } from './call-center.js';
import { noPhoneFaults, takeDelay, takeFault, type PhoneFaults } from './phone-faults.js';
import type { Phones } from './phones.js';
import { TwilioCallbacks } from './twilio-callbacks.js';

export interface TwilioServer {
  readonly baseUrl: string;
  readonly accountSid: string;
  readonly authToken: string;
  readonly calls: CallCenter;
  faults(): { messages: Readonly<PhoneFaults>; calls: Readonly<PhoneFaults> };
  setFaults(change: { messages?: Partial<PhoneFaults>; calls?: Partial<PhoneFaults> }): Promise<void>;
  close(): Promise<void>;
}

type Fields = Readonly<Record<string, string>>;

/** What of Twilio's REST API a sender of messages and calls uses, on this machine, with the signatures of the real one. */
export async function startTwilioServer(
  phones: Phones,
  listen: { host: string; port?: number },
): Promise<TwilioServer> {
  const accountSid = `AC${randomBytes(16).toString('hex')}`;
  const authToken = randomBytes(16).toString('hex');
  const faults = { messages: noPhoneFaults(), calls: noPhoneFaults() };
  const callbacks = new TwilioCallbacks(authToken);
  const calls = new CallCenter(phones, callbacks, faults.calls);
  const server = createServer((request, response) => {
    void serve(request, response).catch(() => response.destroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fields = Object.fromEntries(new URLSearchParams(await bodyOf(request)));
    if (!signedIn(request)) return problem(response, 401, 20003);
    const [, account, resource] =
      /^\/2010-04-01\/Accounts\/(\w+)\/(Messages|Calls)\.json$/.exec(request.url ?? '') ?? [];
    if (request.method !== 'POST' || account !== accountSid) return problem(response, 404, 20404);
    return resource === 'Messages' ? create(response, fields, 'messages') : create(response, fields, 'calls');
  }

  async function create(response: ServerResponse, fields: Fields, kind: 'messages' | 'calls'): Promise<void> {
    const trouble = faults[kind];
    if (takeFault(trouble, 'refuse')) return problem(response, 429, 20429, { 'Retry-After': '1' });
    if (takeFault(trouble, 'fail')) return problem(response, 500, 20500);
    if (!/^\+[1-9]\d{6,14}$/.test(fields.To ?? '')) return problem(response, 400, 21211);
    const sid = (kind === 'messages' ? 'SM' : 'CA') + randomBytes(16).toString('hex');
    const dropped = takeFault(trouble, 'drop');
    const ms = takeDelay(trouble);
    const carry = kind === 'messages' ? () => carryText(sid, fields) : () => calls.dial(sid, fields);
    if (dropped) {
      carry();
      response.destroy();
      return;
    }
    if (ms > 0) await new Promise((resume) => setTimeout(resume, ms).unref());
    const { From: from = null, To: to } = fields;
    json(response, 201, { sid, account_sid: accountSid, status: 'queued', from, to, api_version: '2010-04-01' });
    carry();
  }

  function carryText(sid: string, fields: Fields): void {
    const { From = fields.MessagingServiceSid ?? '', To = '', Body = '', StatusCallback } = fields;
    const report = (status: string, more: Fields = {}) => ({
      ...{ MessageSid: sid, SmsSid: sid, AccountSid: accountSid, From, To, MessageStatus: status, SmsStatus: status },
      ...more,
    });
    const lost = takeFault(faults.messages, 'undeliverable');
    const last = lost ? report('undelivered', { ErrorCode: '30003' }) : report('delivered');
    const doubled = takeFault(faults.messages, 'duplicate') ? [last, last] : [last];
    const reports = [report('sent'), ...doubled];
    if (takeFault(faults.messages, 'disorder')) reports.reverse();
    const arrives = lost ? Promise.resolve() : phones.receive({ from: From, to: To, text: Body, carrier: 'twilio' });
    void arrives.then(() => callbacks.report(StatusCallback, reports));
  }

  const signedIn = ({ headers }: IncomingMessage): boolean => {
    const expected = Buffer.from(`Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`);
    const shown = Buffer.from(headers.authorization ?? '');
    return shown.length === expected.length && timingSafeEqual(shown, expected);
  };

  const open = async (port: number): Promise<number> => {
    server.listen(port, listen.host);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const shut = async (): Promise<void> => {
    server.closeAllConnections();
    if (server.listening) await new Promise<void>((done) => server.close(() => done()));
  };
  const isDown = (): boolean => faults.messages.down || faults.calls.down;

  const port = await open(listen.port ?? 0);
  return {
    baseUrl: `http://${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${port}`,
    accountSid,
    authToken,
    calls,
    faults: () => structuredClone(faults),
    async setFaults(change) {
      const wasDown = isDown();
      Object.assign(faults.messages, structuredClone(change.messages ?? {}));
      Object.assign(faults.calls, structuredClone(change.calls ?? {}));
      if (isDown() && !wasDown) await shut();
      if (!isDown() && wasDown) await open(port);
    },
    async close() {
      calls.close();
      await shut();
    },
  };
}

function json(response: ServerResponse, status: number, body: object, headers: Fields = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
}

const problem = (response: ServerResponse, status: number, code: number, headers?: Fields): void =>
  json(
    response,
    status,
    { code, message: 'refused', more_info: `https://www.twilio.com/docs/errors/${code}`, status },
    headers,
  );
