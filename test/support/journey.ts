import { randomUUID } from 'node:crypto';

export interface Answer<Body = Record<string, never>> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

export interface StartedView {
  recoveryId: string;
  recoveryToken: string;
  supportCode: string;
  status: string;
  methods: { method: string; hint: string; confirmContact: boolean; blockedUntil?: string }[];
}

/* eslint-disable @typescript-eslint/no-explicit-any -- tests read what the wire says, whatever it says */
export type Any = any;

export interface CaughtMail {
  to: string[];
  subject: string;
  text: string;
  html: string;
  messageId: string;
  receivedAt: string;
}

export interface CaughtText {
  to: string;
  from: string;
  text: string;
  carrier: 'twilio' | 'smpp';
}

export interface PhoneCall {
  callId: string;
  to: string;
  state: 'ringing' | 'answered' | 'ended';
  spoken: { language: string; text: string }[];
}

export interface RequestOptions {
  readonly token?: string;
  readonly key?: string;
  readonly headers?: Record<string, string>;
}

/** One person at a browser, without the browser. */
export class Person {
  constructor(
    readonly url: string,
    readonly headers: Record<string, string> = {},
  ) {}

  async request(method: string, path: string, body?: unknown, options: RequestOptions = {}): Promise<Answer<Any>> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...this.headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.token && { authorization: `Bearer ${options.token}` }),
        ...(options.key && { 'idempotency-key': options.key }),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, text, body: json ? JSON.parse(text) : undefined };
  }

  get = (path: string, options?: RequestOptions) => this.request('GET', path, undefined, options);
  post = (path: string, body: unknown = {}, options?: RequestOptions) => this.request('POST', path, body, options);

  /** Solves the CAPTCHA the domain asks for. @param reader who may look the answer up */
  async captcha(username: string, reader: Person = this): Promise<{ captchaId?: string; captchaAnswer?: string }> {
    const { body } = await this.post('/api/v1/captchas', { username });
    if (body.mode !== 'local') return {};
    const { body: solution } = await reader.get(`/outside/api/captchas/${body.captchaId}`);
    return { captchaId: body.captchaId, captchaAnswer: solution.answer };
  }

  async start(username: string, options: RequestOptions & { reason?: string } = {}): Promise<Answer<Any>> {
    const solved = await this.captcha(username);
    return this.post(
      '/api/v1/recoveries',
      { username, reason: options.reason ?? 'forgot-password', ...solved },
      options,
    );
  }

  /** Starts, or fails the test. */
  async started(username: string): Promise<Recovery> {
    const answer = await this.start(username);
    if (answer.status !== 201) throw new Error(`start answered ${answer.status}: ${answer.text}`);
    return new Recovery(this, answer.body as StartedView);
  }

  /** Mails to an address, newest first. */
  async mails(to: string): Promise<CaughtMail[]> {
    return (await this.get(`/outside/api/mail?to=${encodeURIComponent(to)}`)).body as CaughtMail[];
  }

  /** Text messages to a number, newest first. */
  async texts(to: string): Promise<CaughtText[]> {
    return (await this.get(`/outside/api/sms?to=${encodeURIComponent(to)}`)).body as CaughtText[];
  }

  /** Calls to a number, newest first. */
  async calls(to: string): Promise<PhoneCall[]> {
    return (await this.get(`/outside/api/calls?to=${encodeURIComponent(to)}`)).body as PhoneCall[];
  }

  press = (callId: string, keys: string) => this.post(`/outside/api/calls/${callId}/keys`, { keys });

  async signIn(username: string, password: string): Promise<Answer<Any>> {
    return this.post('/api/v1/sessions', { username, password });
  }

  advance = (duration: string) => this.post('/outside/api/clock', { advance: duration });
  resetLimits = () => this.post('/outside/api/limits/reset');
  faults = (mail: Record<string, unknown>) => this.post('/outside/api/faults', { mail });
  phoneFaults = (faults: Record<string, unknown>) => this.post('/outside/api/faults', faults);
}

/** One recovery under way, as the portal drives it. */
export class Recovery {
  readonly path: string;

  constructor(
    readonly person: Person,
    readonly view: StartedView,
  ) {
    this.path = `/api/v1/recoveries/${view.recoveryId}`;
  }

  get token(): string {
    return this.view.recoveryToken;
  }

  get = (): Promise<Answer<Any>> => this.person.get(this.path, { token: this.token });

  post = (path: string, body: unknown = {}, key: string = randomUUID()): Promise<Answer<Any>> =>
    this.person.post(`${this.path}/${path}`, body, { token: this.token, key });

  challenge = (contact: string, key?: string) => this.post('challenges', { method: 'email', contact }, key);

  /** Asks for a code by mail. @returns the challenge's id, or fails the test */
  async challenged(contact: string): Promise<string> {
    const answer = await this.challenge(contact);
    if (answer.status !== 202) throw new Error(`challenge answered ${answer.status}: ${answer.text}`);
    return answer.body.challengeId as string;
  }

  /** Asks for a text message or a call. @returns the challenge's id, or fails the test */
  async phoned(method: 'sms' | 'mobile-call' | 'office-call', contact: string): Promise<string> {
    const answer = await this.post('challenges', { method, contact });
    if (answer.status !== 202) throw new Error(`challenge answered ${answer.status}: ${answer.text}`);
    return answer.body.challengeId as string;
  }

  /** The code of a text message that arrived after `count` others. */
  textedCode = (number: string, count = 0): Promise<string> =>
    eventually(async () => {
      const codes = (await this.person.texts(number)).flatMap(({ text }) => /\b\d{6}\b/.exec(text) ?? []);
      return codes.length > count ? codes[0] : undefined;
    });

  /** The call that rings, once it does. */
  ringing = (number: string): Promise<PhoneCall> =>
    eventually(async () => (await this.person.calls(number)).find(({ state }) => state === 'ringing'));

  /** Waits until the person is shown this state of the challenge. */
  untilState = (state: string): Promise<string> =>
    eventually(async () => (await this.get()).body.challenge?.state === state && state);

  answer = (challengeId: string, code: string, key?: string) =>
    this.post(`challenges/${challengeId}/answer`, { code }, key);

  password = (newPassword: string, key?: string) => this.post('password', { newPassword }, key);

  /** Passes a gate by a code sent there: by the one that comes now, and no earlier one. */
  async provedByMail(address: string): Promise<this> {
    const latest = async () => (await this.person.mails(address)).find((mail) => codeIn(mail) !== undefined);
    const before = (await latest())?.messageId;
    const challengeId = await this.challenged(address);
    const mail = await eventually(async () => {
      const found = await latest();
      return found && found.messageId !== before && found;
    });
    const answer = await this.answer(challengeId, codeIn(mail)!);
    if (answer.status !== 200) throw new Error(`the code was answered ${answer.status}: ${answer.text}`);
    return this;
  }

  /** The code of a mail that arrived after `count` others. */
  async codeFrom(address: string, count = 0): Promise<string> {
    return eventually(async () => {
      const codes = (await this.person.mails(address)).map(codeIn).filter((code) => code !== undefined);
      return codes.length > count ? codes[0] : undefined;
    });
  }
}

/** The code a mail carries, if it carries one. */
export const codeIn = ({ text }: CaughtMail): string | undefined =>
  /(?:^|\n)\s*(\d{4}) (\d{4})\s*(?:\n|$)/.exec(text)?.slice(1).join('');

/** Asks again until there is an answer. */
export async function eventually<T>(ask: () => Promise<T | undefined | false>, ms = 15_000): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${ms} ms in vain for ${ask.toString()}`);
    await new Promise((resume) => setTimeout(resume, 20));
  }
}
