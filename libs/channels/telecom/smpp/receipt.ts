import type { Pdu } from 'smpp';
import type { Receipt } from '#libs/domain/delivery/delivery';

export interface SmppReceipt {
  readonly messageId: string;
  /** undefined while it is under way */
  readonly result: Receipt['result'] | undefined;
}

/**
 * What a `deliver_sm` reports of a message of ours; undefined when it is none (somebody answered a text). SMPP 3.4 §5.2.12
 * says which kind it is and Appendix B how the text usually looks; fields that say it better win.
 */
export function receiptIn(pdu: Pdu): SmppReceipt | undefined {
  if ((Number(pdu.esm_class ?? 0) & 0x3c) !== 0x04) return undefined;
  const text = textOf(pdu.short_message) || textOf(pdu.message_payload);
  const messageId = textOf(pdu.receipted_message_id) || /\bid:(\S{1,65})/i.exec(text)?.[1];
  if (!messageId) return undefined;
  const stat = /\bstat:([A-Z]{5,7})/i.exec(text)?.[1]?.toUpperCase();
  const state = typeof pdu.message_state === 'number' ? byState[pdu.message_state] : byStat[stat ?? ''];
  return { messageId, result: resultOf(state, /\berr:(\d{1,6})/i.exec(text)?.[1]) };
}

function resultOf(state: State | undefined, err: string | undefined): Receipt['result'] | undefined {
  if (state === undefined || state === 'under-way') return undefined;
  if (state === 'delivered') return { kind: 'delivered' };
  const code = Number(err ?? 0);
  return { kind: 'failed', reason: state, ...(code > 0 && { providerCode: code }) };
}

type State = 'delivered' | 'under-way' | 'undelivered' | 'expired' | 'content-refused';

const byStat: Readonly<Record<string, State>> = {
  DELIVRD: 'delivered',
  ACCEPTD: 'under-way',
  ENROUTE: 'under-way',
  UNDELIV: 'undelivered',
  DELETED: 'undelivered',
  UNKNOWN: 'undelivered',
  EXPIRED: 'expired',
  REJECTD: 'content-refused',
};

/** `message_state`, SMPP 3.4 §5.2.28 */
const byState: Readonly<Record<number, State>> = {
  1: 'under-way',
  2: 'delivered',
  3: 'expired',
  4: 'undelivered',
  5: 'undelivered',
  6: 'under-way',
  7: 'undelivered',
  8: 'content-refused',
};

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Buffer.isBuffer(value)) return value.toString('latin1');
  const { message } = (value ?? {}) as { message?: unknown };
  return message === undefined ? '' : textOf(message);
}
