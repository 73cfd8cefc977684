import { Problem, Unreachable, type ProblemDetails } from '../api/problem.js';
import { dataOf } from '../api/event-stream.js';
import { call } from '../api/transport.js';
import type { PairedAccount } from './device-store.js';
import { newKeys, signatureHeaders } from './signature.js';

export interface Approval {
  approvalId: string;
  organisation: string;
  reason: 'forgot-password' | 'account-locked';
  askedAt: string;
  expiresAt: string;
  from?: { browser: string; system: string; network: string };
}

export type ApprovalResult = 'approved' | 'wrong-number' | 'denied';

/** How far the server's clock is ahead of this device's, in milliseconds. */
let ahead = 0;

export async function pair(pairingCode: string, name: string, key: string): Promise<PairedAccount> {
  const keys = await newKeys();
  const body = { pairingCode, name, publicKey: keys.publicKey };
  const answer = await call<{ deviceId: string; organisation: string; username: string; now: string }>(
    '/api/v1/devices',
    { method: 'POST', body, key },
  );
  ahead = Date.parse(answer.now) - Date.now();
  const { deviceId, organisation, username } = answer;
  return { deviceId, organisation, username, key: keys.key };
}

export const answer = async (
  account: PairedAccount,
  approvalId: string,
  wish: { answer: 'approve'; number: string } | { answer: 'deny' },
): Promise<ApprovalResult> =>
  (await signed<{ result: ApprovalResult }>(account, 'POST', `/approvals/${approvalId}`, wish)).result;

export const remove = (account: PairedAccount) => signed<void>(account, 'DELETE', '');

export const pushKey = async (): Promise<string | null> =>
  (await call<{ publicKey: string | null }>('/api/v1/devices/push-key')).publicKey;

export const subscribe = (account: PairedAccount, subscription: PushSubscriptionJSON) =>
  signed<void>(account, 'PUT', '/push-subscription', { endpoint: subscription.endpoint, keys: subscription.keys });

/**
 * What waits for this device, now and after every change, until the signal aborts.
 * @returns false when the account no longer knows this device
 */
export async function follow(
  account: PairedAccount,
  onApprovals: (approvals: Approval[]) => void,
  onConnected: (connected: boolean) => void,
  signal: AbortSignal,
): Promise<boolean> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      const response = await send(account, 'GET', '/events', undefined, signal);
      if (response.body) {
        onConnected(true);
        for await (const data of dataOf(response.body.pipeThrough(new TextDecoderStream()))) {
          failures = 0;
          onApprovals((JSON.parse(data) as { approvals: Approval[] }).approvals);
        }
      }
    } catch (error) {
      if (error instanceof Problem && error.code === 'device-invalid') return false;
    }
    onConnected(false);
    await pause(Math.min(500 * 2 ** failures, 15_000), signal);
  }
  return true;
}

async function signed<Answer>(account: PairedAccount, method: string, rest: string, body?: object): Promise<Answer> {
  const text = await (await send(account, method, rest, body)).text();
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}

/** A device whose clock is wrong is told the time, and signs once more. @throws Problem, Unreachable */
async function send(
  account: PairedAccount,
  method: string,
  rest: string,
  body?: object,
  signal?: AbortSignal,
): Promise<Response> {
  try {
    return await once(account, method, rest, body, signal);
  } catch (error) {
    const { now } = error instanceof Problem ? (error.details as ProblemDetails & { now?: string }) : {};
    const shift = now === undefined ? 0 : Date.parse(now) - Date.now();
    if (Math.abs(shift - ahead) < 30_000) throw error;
    ahead = shift;
    return once(account, method, rest, body, signal);
  }
}

async function once(
  { deviceId, key }: PairedAccount,
  method: string,
  rest: string,
  body: object | undefined,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const path = `/api/v1/devices/${deviceId}${rest}`;
  const text = body && JSON.stringify(body);
  const headers = await signatureHeaders(deviceId, key, { method, path, body: text, now: Date.now() + ahead });
  const sent = { method, body: text ?? null, cache: 'no-store' as const, ...(signal && { signal }) };
  const json = text === undefined ? {} : { 'Content-Type': 'application/json' };
  const response = await fetch(path, { ...sent, headers: { ...headers, ...json } }).catch((cause: unknown) => {
    throw new Unreachable('no answer', { cause });
  });
  if (response.ok) return response;
  const details = (await response.json().catch(() => ({}))) as ProblemDetails & { code?: string };
  throw new Problem(response.status, details.code ?? 'unavailable', details);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
