import twilio from 'twilio';
import type { Receipt } from '#libs/domain/delivery/delivery';

export type CallbackFields = Readonly<Record<string, string | string[]>>;

/**
 * Whether Twilio sent this: it signs the address it was given together with every field. The address is the one we gave,
 * made of the configured public address and never of the request's Host.
 * @param path as it stood in the request line
 */
export function isFromTwilio(
  { authToken, publicUrl }: { readonly authToken: string; readonly publicUrl: URL },
  path: string,
  signature: unknown,
  fields: CallbackFields,
): boolean {
  if (typeof signature !== 'string' || !path.startsWith('/')) return false;
  return twilio.validateRequest(authToken, signature, publicUrl.origin + path, fields);
}

/**
 * What a status callback reports, if it ends anything; statuses on the way there and ones nobody knows yet say nothing.
 * (https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks)
 */
export function reportIn({ MessageStatus, CallStatus, ErrorCode }: CallbackFields): Receipt['result'] | undefined {
  const code = typeof ErrorCode === 'string' && /^\d{1,6}$/.test(ErrorCode) ? Number(ErrorCode) : undefined;
  const failed = (reason: string): Receipt['result'] => ({
    kind: 'failed',
    reason,
    ...(code !== undefined && { providerCode: code }),
  });
  switch (MessageStatus ?? CallStatus) {
    case 'delivered':
    // somebody picked up; a call that was never answered ends as one of the others
    case 'in-progress':
    case 'completed':
      return { kind: 'delivered' };
    case 'undelivered':
      return failed(undelivered[code ?? 0] ?? 'undelivered');
    case 'failed':
      return failed(CallStatus === undefined ? (undelivered[code ?? 0] ?? 'undelivered') : 'call-failed');
    case 'busy':
    case 'no-answer':
      return failed(String(CallStatus));
    case 'canceled':
      return failed('call-failed');
    default:
      return undefined;
  }
}

/** https://www.twilio.com/docs/api/errors */
const undelivered: Readonly<Record<number, string>> = {
  30003: 'number-unreachable',
  30004: 'recipient-opted-out',
  30005: 'invalid-number',
  30006: 'number-unreachable',
  30007: 'content-refused',
};
