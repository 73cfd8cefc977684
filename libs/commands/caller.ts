import type { Language } from '#libs/domain/account/lifecycle';

/** Who asks, as far as the transport knows. */
export interface Caller {
  /** The client's IP address, behind trusted proxies only. */
  readonly address: string;
  readonly userAgent: string;
  /** The one of ours that the browser prefers; English when it names none. */
  readonly language: Language;
  /** The `Idempotency-Key` header, a UUID. */
  readonly idempotencyKey?: string;
  /** The request's body, to tell a repeated command from a reused key. */
  readonly body?: unknown;
}
