import PostalMime, { type Attachment } from 'postal-mime';

/** A mail of ours that came back for good. */
export interface ReturnedMail {
  /** What the mail carried in `X-Keyturn-Delivery`. */
  readonly tag: string;
  /** RFC 3463, such as `5.1.1` */
  readonly status: string;
  /** The recipient that could not be reached, lower case; undefined where the report does not say. */
  readonly recipient?: string;
}

/** Which delivery a mail belongs to: the reports of mail servers give the header back. */
export const deliveryHeader = 'X-Keyturn-Delivery';

/**
 * Reads a delivery status notification (RFC 3464). Everything in it was written by strangers, and only what names a
 * delivery of ours by its tag counts.
 * @returns undefined for any other mail: out-of-office answers, reports of delay or of success, spam
 */
export async function readReturnedMail(raw: Uint8Array): Promise<ReturnedMail | undefined> {
  const { attachments } = await PostalMime.parse(raw, { forceRfc822Attachments: true, maxNestingDepth: 8 });
  const report = partOf(attachments, 'message/delivery-status');
  const original = partOf(attachments, 'message/rfc822') ?? partOf(attachments, 'text/rfc822-headers');
  if (report === undefined || original === undefined) return undefined;
  const failed = fieldGroups(report).find((fields) => fields.get('action')?.toLowerCase() === 'failed');
  const status = /^[245]\.\d{1,3}\.\d{1,3}(?=\s|$)/.exec(failed?.get('status') ?? '')?.[0];
  const tag = (await PostalMime.parse(original)).headers.find(({ key }) => key === deliveryHeader.toLowerCase())?.value;
  if (!failed || !status || tag === undefined) return undefined;
  const recipient = /^rfc822\s*;\s*(\S+)$/i.exec(failed.get('final-recipient') ?? '')?.[1]?.toLowerCase();
  return { tag: tag.trim(), status, ...(recipient && { recipient }) };
}

/** Why it came back, in the words of the history. */
export function bounceReason(status: string): 'mailbox-unknown' | 'mailbox-full' | 'content-refused' | 'returned' {
  if (/^5\.1\.[0-6]$/.test(status)) return 'mailbox-unknown';
  if (status === '5.2.2') return 'mailbox-full';
  return /^5\.7\./.test(status) ? 'content-refused' : 'returned';
}

function partOf(attachments: readonly Attachment[], type: string): string | undefined {
  const content = attachments.find(({ mimeType }) => mimeType === type)?.content;
  if (content === undefined || typeof content === 'string') return content;
  return new TextDecoder().decode(content);
}

/** Groups of `Name: value` lines, set apart by empty ones; folded lines are unfolded. */
const fieldGroups = (text: string): Map<string, string>[] =>
  text
    .replaceAll('\r\n', '\n')
    .replace(/\n[ \t]+/g, ' ')
    .split(/\n\n+/)
    .map((group) => new Map(group.split('\n').flatMap((line) => fieldIn(line))));

function fieldIn(line: string): [string, string][] {
  const colon = line.indexOf(':');
  return colon < 1 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]];
}
