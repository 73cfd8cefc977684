import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#libs/runtime/clock';
import { newDeviceKeys, signatureHeaders, type StoredKeys } from './device-key.js';

export interface PendingApproval {
  readonly approvalId: string;
  readonly organisation: string;
  readonly reason: string;
  readonly askedAt: string;
  readonly expiresAt: string;
  readonly from?: { readonly browser: string; readonly system: string; readonly network: string };
}

/** What survives a restart. */
export interface StoredDevice {
  readonly deviceId: string;
  readonly user: string;
  readonly organisation: string;
  readonly name: string;
  readonly keys: StoredKeys;
}

/** What the product answered, for whoever pressed the button. */
export interface Relayed {
  readonly status: number;
  readonly body: unknown;
}

/** The product refused to pair. */
export class PairingRefused extends Error {
  constructor(readonly answer: Relayed) {
    super('the product refused to pair this device');
  }
}

/** Milliseconds before a lost connection is opened anew. */
const pauseMs = 500;

/** Somebody's phone: its own keys, a connection held open, and a thumb that is moved over HTTP. */
export class SimulatedDevice {
  #approvals: readonly PendingApproval[] = [];
  #connected = false;
  readonly #stop = new AbortController();

  constructor(
    readonly stored: StoredDevice,
    private readonly apiUrl: string,
    private readonly clock: Clock,
  ) {}

  /** Pairs as a real device does. @throws PairingRefused */
  static async pair(apiUrl: string, clock: Clock, pairingCode: string, name: string): Promise<SimulatedDevice> {
    const keys = await newDeviceKeys();
    const body = JSON.stringify({ pairingCode, publicKey: keys.publicKey, name });
    const answer = await relayed(
      await fetch(`${apiUrl}/api/v1/devices`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      }),
    );
    if (answer.status !== 201) throw new PairingRefused(answer);
    const { deviceId, username, organisation } = answer.body as Record<
      'deviceId' | 'username' | 'organisation',
      string
    >;
    return new SimulatedDevice({ deviceId, user: username, organisation, name, keys }, apiUrl, clock);
  }

  get connected(): boolean {
    return this.#connected;
  }

  get approvals(): readonly PendingApproval[] {
    return this.#approvals;
  }

  /** Looks now, as one does who opens the app. */
  async look(): Promise<readonly PendingApproval[]> {
    const answer = await this.#request('GET', '/approvals').catch(() => undefined);
    if (answer?.status === 200) this.#approvals = (answer.body as { approvals: PendingApproval[] }).approvals;
    else if (answer?.status === 401) this.#approvals = [];
    return this.#approvals;
  }

  answer(approvalId: string, wish: { answer: string; number?: string }): Promise<Relayed> {
    return this.#request('POST', `/approvals/${approvalId}`, wish);
  }

  /** Holds a connection open until the device is switched off, or the product does not know it any more. */
  async run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const known = await this.#listen(signal).catch(() => true);
      this.#connected = false;
      if (!known) return;
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  close(): void {
    this.#stop.abort();
  }

  /** @returns whether the product still knows this device */
  async #listen(signal: AbortSignal): Promise<boolean> {
    const response = await this.#fetch('GET', '/events', undefined, signal);
    if (response.status === 401) return false;
    if (response.status !== 200 || !response.body) return true;
    this.#connected = true;
    let text = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const events = (text + chunk).split('\n\n');
      text = events.pop()!;
      for (const event of events) {
        const data = /^event: approvals\ndata: (.*)$/.exec(event)?.[1];
        if (data !== undefined) this.#approvals = (JSON.parse(data) as { approvals: PendingApproval[] }).approvals;
      }
    }
    return true;
  }

  async #request(method: string, path: string, body?: object): Promise<Relayed> {
    return relayed(await this.#fetch(method, path, body, AbortSignal.timeout(10_000)));
  }

  async #fetch(method: string, rest: string, body: object | undefined, signal: AbortSignal): Promise<Response> {
    const { deviceId, keys } = this.stored;
    const path = `/api/v1/devices/${deviceId}${rest}`;
    const text = body && JSON.stringify(body);
    const signed = await signatureHeaders(deviceId, keys, { method, path, body: text, now: this.clock.now() });
    const headers = { ...signed, ...(text && { 'content-type': 'application/json' }) };
    return fetch(this.apiUrl + path, { method, headers, signal, ...(text && { body: text }) });
  }
}

async function relayed(response: Response): Promise<Relayed> {
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}
