import { randomUUID } from 'node:crypto';
import type { Administrator } from './administrators';
import { eventually, type Answer, type Any, type Person } from './journey';

/** A case whose caller has read out the word that was mailed to them. */
export interface VerifiedCase {
  readonly accountId: string;
  /** Below `/api/v1`. */
  readonly path: string;
  /** The address that took the word. */
  readonly methodId: string;
}

export const accountOf = async (member: Administrator, username: string): Promise<string> =>
  (await member.post('/helpdesk/users/search', { username })).body.accountId as string;

export async function verifiedCase(
  member: Administrator,
  caller: Person,
  username: string,
  mailbox: string,
): Promise<VerifiedCase> {
  const accountId = await accountOf(member, username);
  const { body: opened } = await member.post(`/helpdesk/users/${accountId}/cases`);
  const path = `/helpdesk/users/${accountId}/cases/${opened.caseId}`;
  const { body: shown } = await member.get(`/helpdesk/users/${accountId}`);
  const { methodId } = shown.contacts.find(({ method }: Any) => method === 'email');
  const word = await mailed(caller, mailbox, /\n\n {4}([a-z]+ [a-z]+)\n/, () =>
    member.post(`${path}/word`, { methodId }, { key: randomUUID() }),
  );
  const answered = await member.post(`${path}/word/answer`, { word }, { key: randomUUID() });
  if (answered.status !== 200) throw new Error(`the word was answered ${answered.status}: ${answered.text}`);
  return { accountId, path, methodId };
}

/** The temporary access pass that a member had sent in their case. */
export function passOf(
  member: Administrator,
  caller: Person,
  mailbox: string,
  { path, methodId }: VerifiedCase,
): Promise<string> {
  return mailed(caller, mailbox, /\n\n {4}([\d ]{10,})\n/, () =>
    member.post(`${path}/pass`, { methodId }, { key: randomUUID() }),
  );
}

/** What the mail carries that is sent when this is asked for. */
async function mailed(
  caller: Person,
  mailbox: string,
  pattern: RegExp,
  ask: () => Promise<Answer<Any>>,
): Promise<string> {
  const found = async () => (await caller.mails(mailbox)).flatMap(({ text }) => pattern.exec(text)?.[1] ?? []);
  const before = (await found()).length;
  const asked = await ask();
  if (asked.status !== 202) throw new Error(`asked for a mail, the answer was ${asked.status}: ${asked.text}`);
  return eventually(async () => {
    const words = await found();
    return words.length > before && words[0];
  });
}
