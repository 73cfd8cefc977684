import twilio from 'twilio';
import type { CallQuestion, Carrier, CarrierAnswer, RefusedReason } from '../carrier.js';
import { pathOf, type TryRef } from '../try-ref.js';
import { NoAnswer, TwilioHttpClient, TwilioProblem } from './http-client.js';

export interface TwilioOptions {
  readonly accountSid: string;
  readonly authToken: string;
  /** E.164, a sender's name, or a messaging service (`MG…`) */
  readonly from: string;
  readonly baseUrl: URL;
  /** Where Twilio reaches us: the portal's own address. */
  readonly publicUrl: URL;
  /** Milliseconds one message or call may take; 8 s. */
  readonly perTryMs?: number;
}

/** https://www.twilio.com/docs/messaging/api/message-resource, https://www.twilio.com/docs/voice/api/call-resource */
export function twilioCarrier(options: TwilioOptions): Carrier {
  const { accountSid, authToken, from, baseUrl, publicUrl, perTryMs = 8_000 } = options;
  const httpClient = new TwilioHttpClient(baseUrl, perTryMs) as never;
  const client = twilio(accountSid, authToken, { httpClient, autoRetry: false });
  const callback = (path: string): string => new URL(`/api/v1/telecom/twilio/${path}`, publicUrl).href;
  const statusOf = (ref: TryRef): string => callback(`status/${pathOf(ref)}`);

  return {
    name: 'twilio',
    perTryMs,
    sendText: ({ to, text, validSeconds, ref }) =>
      answerOf('SM', async () => {
        const sender = from.startsWith('MG') ? { messagingServiceSid: from } : { from };
        const validityPeriod = Math.max(1, Math.min(validSeconds, 14_400));
        return client.messages.create({
          to,
          ...sender,
          body: text,
          validityPeriod,
          statusCallback: statusOf(ref),
        });
      }),
    call: ({ to, ref, question }) =>
      answerOf('CA', async () =>
        client.calls.create({
          to,
          from,
          url: callback(`voice/${questionPath(question)}`),
          timeLimit: longestCallSeconds,
          method: 'POST',
          timeout: ringSeconds,
          statusCallback: statusOf(ref),
          statusCallbackMethod: 'POST',
          statusCallbackEvent: ['ringing', 'answered', 'completed'],
        }),
      ),
    close: () => Promise.resolve(),
  };
}

const ringSeconds = 30;
/** Wrong keys are answered for so long and no longer. */
const longestCallSeconds = 120;

const questionPath = (question: CallQuestion): string =>
  question.kind === 'challenge'
    ? `challenges/${question.recoveryId}/${question.challengeId}`
    : `confirmations/${question.accountId}/${question.confirmationId}`;

async function answerOf(kind: 'SM' | 'CA', create: () => Promise<{ sid: unknown }>): Promise<CarrierAnswer> {
  try {
    const { sid } = await create();
    // Something answered with success that is not what Twilio says: whether anything was sent is unknown.
    return typeof sid === 'string' && sid.startsWith(kind === 'SM' ? messageSid(sid) : kind) && wellFormed.test(sid)
      ? { kind: 'accepted', ref: sid }
      : { kind: 'unknown' };
  } catch (error) {
    if (error instanceof TwilioProblem) return verdict(error);
    const reason = error instanceof NoAnswer ? error.reason : undefined;
    return reason ? { kind: 'not-taken', reason } : { kind: 'unknown' };
  }
}

/** A text becomes `MM…` when Twilio makes a picture message of it. */
const messageSid = (sid: string): string => (sid.startsWith('MM') ? 'MM' : 'SM');
const wellFormed = /^[A-Z]{2}[0-9a-f]{32}$/;

function verdict({ status, code, retryAfterMs }: TwilioProblem): CarrierAnswer {
  const told = code === undefined ? { code: status } : { code };
  const refused = code === undefined ? undefined : aboutTheRecipient[code];
  if (refused) return { kind: 'refused', reason: refused, ...told };
  if (status === 429)
    return { kind: 'not-taken', reason: 'rate-limited', ...told, ...(retryAfterMs && { retryAfterMs }) };
  if (status === 503)
    return { kind: 'not-taken', reason: 'out-of-order', ...told, ...(retryAfterMs && { retryAfterMs }) };
  // What broke over there may have broken after the message was on its way.
  if (status >= 500) return { kind: 'unknown', ...told };
  return {
    kind: 'not-taken',
    reason: status === 401 || status === 403 ? 'sign-in-refused' : 'provider-refused',
    ...told,
  };
}

/** https://www.twilio.com/docs/api/errors: what is wrong with the number itself, whoever carries the message. */
const aboutTheRecipient: Readonly<Record<number, RefusedReason>> = {
  21211: 'invalid-number',
  21214: 'number-unreachable',
  21217: 'invalid-number',
  21401: 'invalid-number',
  21421: 'invalid-number',
  21610: 'recipient-opted-out',
  21612: 'number-unreachable',
  21614: 'invalid-number',
  21617: 'content-refused',
};
