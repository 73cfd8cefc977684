import type { Agent } from 'node:https';
import webPush, { WebPushError } from 'web-push';
import { seconds } from '#libs/domain/time';
import type { PushSubscription } from './push-services.js';

export interface WebPushOptions {
  /** The pair of VAPID (RFC 8292), base64url. */
  readonly publicKey: string;
  readonly privateKey: string;
  /** Whom a push service may turn to: an `https:` or `mailto:` address of ours. */
  readonly subject: string;
  /** Milliseconds one message may take. */
  readonly timeoutMs?: number;
  readonly agent?: Agent;
}

export type PushResult =
  | { readonly kind: 'accepted' | 'gone'; readonly status: number }
  | { readonly kind: 'deferred' | 'refused'; readonly reason: string; readonly status?: number };

export const pushTimeoutMs = seconds(10);

/**
 * Wakes a device through its browser's push service (RFC 8030), encrypted for it alone (RFC 8291). The message says that
 * something waits and nothing else: the device asks us what, signed by its key.
 */
export class WebPush {
  constructor(private readonly options: WebPushOptions) {}

  /** @param ttlSeconds after which nobody wants it any more */
  async wake({ endpoint, keys }: PushSubscription, ttlSeconds: number): Promise<PushResult> {
    const { publicKey, privateKey, subject, timeoutMs = pushTimeoutMs, agent } = this.options;
    try {
      const { statusCode } = await webPush.sendNotification({ endpoint, keys }, message, {
        vapidDetails: { publicKey, privateKey, subject },
        TTL: ttlSeconds,
        urgency: 'high',
        timeout: timeoutMs,
        ...(agent && { agent }),
      });
      return { kind: 'accepted', status: statusCode };
    } catch (error) {
      return error instanceof WebPushError ? answered(error.statusCode) : unanswered(error);
    }
  }
}

const message = JSON.stringify({ type: 'approval' });

function answered(status: number): PushResult {
  if (status === 404 || status === 410) return { kind: 'gone', status };
  const busy = status === 429 || status >= 500;
  return { kind: busy ? 'deferred' : 'refused', reason: busy ? 'server-not-ready' : 'push-refused', status };
}

/** Words that never repeat the address. */
function unanswered(error: unknown): PushResult {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return { kind: 'deferred', reason: 'host-not-found' };
  if (code === 'ECONNREFUSED') return { kind: 'deferred', reason: 'connection-refused' };
  if (/timeout/i.test(message)) return { kind: 'deferred', reason: 'timed-out' };
  if (code.startsWith('E')) return { kind: 'deferred', reason: 'connection-lost' };
  // A key of the subscription that no message can be encrypted for.
  return { kind: 'refused', reason: 'subscription-unusable' };
}
