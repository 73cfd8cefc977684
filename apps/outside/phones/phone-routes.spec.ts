import { fastify, type FastifyInstance } from 'fastify';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as bodyOf } from 'node:stream/consumers';
import { outsideRoutes } from '../outside-routes.js';
import { startOutside, type Outside } from '../outside.js';
import { runTwiml } from './twiml.js';

const host = '127.0.0.1:8080';
const ask = `<?xml version="1.0"?><Response><Gather finishOnKey="" action="/keys"><Say language="en-US">Press &amp; hold &lt;b&gt;</Say></Gather><Say>Bye</Say></Response>`;

describe('the simulated phones', () => {
  let outside: Outside;
  let app: FastifyInstance;
  let customer: Server;
  const told: [string, URLSearchParams][] = [];

  beforeEach(async () => {
    told.length = 0;
    outside = await startOutside();
    app = fastify();
    await outsideRoutes(app, outside);
    customer = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        told.push([request.url!, new URLSearchParams(body)]);
        response.end(
          request.url === '/voice' ? ask : request.url === '/keys' ? '<Response><Say>Thanks</Say></Response>' : '',
        );
      });
    });
    await new Promise<void>((resume) => customer.listen(0, '127.0.0.1', resume));
  });
  afterEach(async () => {
    await app.close();
    await outside.close();
    customer.closeAllConnections();
    customer.close();
  });

  const get = (url: string) => app.inject({ url, headers: { host } });
  const post = (url: string, payload: object = {}) => app.inject({ method: 'POST', url, payload, headers: { host } });

  async function twilio(resource: 'Messages' | 'Calls', fields: Record<string, string>): Promise<Response> {
    const { baseUrl, accountSid, authToken } = outside.twilio;
    const base = `http://127.0.0.1:${(customer.address() as AddressInfo).port}`;
    return fetch(new URL(`/2010-04-01/Accounts/${accountSid}/${resource}.json`, baseUrl), {
      method: 'POST',
      headers: { Authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` },
      body: new URLSearchParams({ From: '+15005550006', To: '+819000000001', Url: `${base}/voice`, ...fields }),
    });
  }

  it('lists text messages by number, however it is written', async () => {
    expect((await twilio('Messages', { Body: 'Hello <b>' })).status).toBe(201);
    const found = (await get('/outside/api/sms?to=%2B81%209000000001')).json();
    expect(found).toMatchObject([{ to: '+819000000001', text: 'Hello <b>', carrier: 'twilio' }]);
    expect((await get('/outside/api/sms?to=%2B8190')).json()).toEqual([]);
    expect((await get('/outside/api/sms?from=x')).statusCode).toBe(400);
    const { body } = await get('/outside/phones?lang=ja');
    expect(body).toContain('Hello &#60;b&#62;');
    expect(body).toContain('<html lang="ja">');
  });

  it('ring, are picked up, and take keys', async () => {
    await twilio('Calls', {});
    const [{ callId }] = (await get('/outside/api/calls')).json();
    expect((await get('/outside/phones')).body).toContain('ringing');
    expect((await post(`/outside/api/calls/${callId}/answer`)).json()).toMatchObject({
      ...{ state: 'answered', spoken: [{ language: 'en-US', text: 'Press & hold <b>' }] },
    });
    expect((await post(`/outside/api/calls/${callId}/keys`, { keys: 'x' })).statusCode).toBe(400);
    const pressed = await post(`/outside/api/calls/${callId}/keys`, { keys: '#' });
    expect(pressed.json()).toMatchObject({ state: 'ended', spoken: [{}, { text: 'Thanks' }] });
    expect(told.find(([url]) => url === '/keys')![1].get('Digits')).toBe('#');
    expect((await post(`/outside/api/calls/${callId}/keys`, { keys: '#' })).statusCode).toBe(404);
  });

  it('say aloud what was said', async () => {
    await twilio('Calls', {});
    const [{ callId }] = (await get('/outside/api/calls')).json();
    expect((await get(`/outside/api/calls/${callId}/audio`)).statusCode).toBe(404);
    await post(`/outside/api/calls/${callId}/answer`);
    const { headers, rawPayload } = await get(`/outside/api/calls/${callId}/audio`);
    expect([headers['content-type'], rawPayload.subarray(0, 4).toString()]).toEqual(['audio/wav', 'RIFF']);
  }, 20_000);

  it('carry nothing for whoever does not know the token', async () => {
    const { baseUrl, accountSid } = outside.twilio;
    const url = new URL(`/2010-04-01/Accounts/${accountSid}/Messages.json`, baseUrl);
    expect((await fetch(url, { method: 'POST', body: new URLSearchParams({ To: '+819000000001' }) })).status).toBe(401);
  });
});

it('TwiML without a question ends', () => {
  expect(runTwiml('<Response><Say language="ja-JP">はい</Say><Hangup/></Response>')).toEqual({
    ...{ spoken: [{ language: 'ja-JP', text: 'はい' }], gather: undefined },
  });
});
