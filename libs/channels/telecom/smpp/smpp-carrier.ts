import smpp, { type Fields, type Pdu } from 'smpp';
import type { Receipt } from '#libs/domain/delivery/delivery';
import type { Carrier, CarrierAnswer, TextMessage } from '../carrier.js';
import type { TryRef } from '../try-ref.js';
import { Line, LineTrouble, type LineOptions } from './line.js';
import { receiptIn } from './receipt.js';
import { parseSmppUrl } from './smpp-url.js';

/** Which try a message was, by the name the carrier gave it: reports come later, perhaps to another process. */
export interface SentMessages {
  note(messageId: string, ref: TryRef): Promise<void>;
  find(messageId: string): Promise<TryRef | undefined>;
}

export interface SmppOptions {
  readonly url: string;
  readonly sent: SentMessages;
  readonly onReceipt: (ref: TryRef, result: Receipt['result']) => Promise<unknown>;
  /** Milliseconds one message may take, connecting included; 8 s. */
  readonly perTryMs?: number;
  /** Milliseconds between two looks whether the line still stands; 30 s. */
  readonly enquireMs?: number;
}

/** SMPP 3.4 over one bound line, opened when it is needed and kept for the receipts. */
export function smppCarrier({ url, sent, onReceipt, perTryMs = 8_000, enquireMs = 30_000 }: SmppOptions): Carrier {
  const server = parseSmppUrl(url);
  const options: LineOptions = { server, connectMs: perTryMs / 2, enquireMs, onDelivery: receive };
  let current: Promise<Line> | undefined;
  let finding: Promise<Line> | undefined;
  let closed = false;

  /** All who need a line at once get the same one. */
  function line(): Promise<Line> {
    return (finding ??= find().finally(() => (finding = undefined)));
  }

  async function find(): Promise<Line> {
    const known = await current?.catch(() => undefined);
    if (known && (await known.isAlive())) return known;
    return (current = Line.open(options));
  }

  async function receive(pdu: Pdu): Promise<Fields> {
    const receipt = receiptIn(pdu);
    if (!receipt?.result) return {};
    const ref = await sent.find(receipt.messageId);
    // Not one of ours: somebody else uses this account too.
    if (ref) await onReceipt(ref, receipt.result);
    return {};
  }

  return {
    name: 'smpp',
    perTryMs,
    async sendText(message): Promise<CarrierAnswer> {
      if (closed) return { kind: 'not-taken', reason: 'connection-lost' };
      try {
        const answer = await (await line()).submit(submission(message, server.from), perTryMs / 2);
        const verdict = verdictOn(answer);
        if (verdict.kind === 'accepted' && verdict.ref)
          await sent.note(verdict.ref, message.ref).catch(() => undefined);
        return verdict;
      } catch (error) {
        if (!(error instanceof LineTrouble)) return { kind: 'unknown' };
        return { kind: 'not-taken', reason: error.reason, ...(error.status !== undefined && { code: error.status }) };
      }
    },
    async close() {
      closed = true;
      await (await current?.catch(() => undefined))?.close();
    },
  };
}

/** Text of the basic alphabet as such, anything else as UCS-2; what is too long for one part the carrier divides itself. */
function submission({ to, text, validSeconds }: TextMessage, from: string): Fields {
  const basic = smpp.encodings.ASCII.match(text);
  const bytes = basic ? smpp.encodings.ASCII.encode(text) : smpp.encodings.UCS2.encode(text);
  const long = bytes.length > (basic ? 160 : 140);
  const numeric = /^\+?\d+$/.test(from);
  return {
    source_addr_ton: numeric ? 1 : 5,
    source_addr_npi: numeric ? 1 : 0,
    source_addr: from.replace('+', ''),
    dest_addr_ton: 1,
    dest_addr_npi: 1,
    destination_addr: to.replace('+', ''),
    registered_delivery: 1,
    validity_period: relativeTime(validSeconds),
    data_coding: basic ? 0 : 8,
    ...(long ? { short_message: Buffer.alloc(0), message_payload: bytes } : { short_message: bytes }),
  };
}

/** `YYMMDDhhmmss` from now on; the library adds the rest (SMPP 3.4 §7.1.1). */
function relativeTime(seconds: number): string {
  const within = Math.max(1, Math.min(seconds, 14_400));
  const parts = [Math.floor(within / 3_600), Math.floor(within / 60) % 60, within % 60];
  return `000000${parts.map((part) => String(part).padStart(2, '0')).join('')}`;
}

/** SMPP 3.4 §5.1.3: anything but 0 says that the message was not taken. */
function verdictOn(answer: Pdu | undefined): CarrierAnswer {
  if (!answer) return { kind: 'unknown' };
  const code = answer.command_status;
  if (code === 0) {
    const { message_id: ref } = answer;
    return typeof ref === 'string' && /^\S{1,65}$/.test(ref) ? { kind: 'accepted', ref } : { kind: 'accepted' };
  }
  if (code === 0x0b) return { kind: 'refused', reason: 'invalid-number', code };
  if (code === 0x58 || code === 0x14) return { kind: 'not-taken', reason: 'rate-limited', code };
  return { kind: 'not-taken', reason: code === 0x08 ? 'out-of-order' : 'provider-refused', code };
}
