import { Attribute, Change, type Client } from 'ldapts';
import type { DirectoryDialect, Found, Step } from './directory-dialect.js';
import { answerOf, troubleOf } from './directory-errors.js';
import type { DirectoryOptions } from './directory-options.js';
import { asService } from './directory-session.js';
import { fenceText, standing, type Fence } from './fence.js';
import type { DirectoryRules, WriteRequest, WriteResult } from './write-result.js';

/** What is about to be exchanged for what. */
export interface Intent {
  readonly fence: string;
  /** null: nothing stands there yet */
  readonly expected: string | null;
}

export interface WriteParts {
  readonly options: DirectoryOptions;
  readonly dialect: DirectoryDialect;
  /** milliseconds since 1970 */
  readonly now: () => number;
  /** Awaited before each Modify: whoever keeps it on a disk knows after a crash what was under way. */
  readonly intend: (intent: Intent) => Promise<void>;
}

/** Sets a password, unlocks, or both: once, whatever is lost on the way. */
export async function writeFenced(parts: WriteParts, request: WriteRequest): Promise<WriteResult> {
  const { epoch, writebackId, userId } = request;
  let writes = 0;
  for (const [n, step] of parts.dialect.steps(request).entries()) {
    // Once begun it runs to its end: between two steps nobody knows the password.
    const deadline = n === 0 ? request.deadline : Infinity;
    const result = await writeStep(parts, userId, { epoch, writebackId, step: n + 1 }, step, deadline);
    if (result.kind !== 'done') return result;
    writes += result.writes;
  }
  return { kind: 'done', writes, fenced: parts.dialect.fenced };
}

/** Tries while answers get lost; and while others move the fence, which ends when the latest of them is there. */
const lostRounds = 4;
const movedRounds = 64;

async function writeStep(
  parts: WriteParts,
  userId: string,
  fence: Fence,
  step: Step,
  deadline: number,
): Promise<WriteResult> {
  const { dialect, options } = parts;
  let sent = false;
  let trouble = '';
  const attempt = async (ldap: Client): Promise<WriteResult | 'again'> => {
    const found = await dialect.find(ldap, userId);
    if (!found) return { kind: 'user-not-found' };
    const stands = standing(found.fence, fence);
    if (stands === 'stale') return { kind: 'stale' };
    if (stands === 'done') return { kind: 'done', writes: sent ? 1 : 0, fenced: dialect.fenced };
    if (found.disabled) return { kind: 'disabled' };
    if (await dialect.isProtected(ldap, found)) return { kind: 'protected' };
    await parts.intend({ fence: fenceText(fence), expected: found.fence });
    if (parts.now() >= deadline) return { kind: 'expired' };
    try {
      await dialect.prepare(ldap, found, step);
      sent = true;
      const exchange = fenceChanges(options.fenceAttribute, found.fence, fenceText(fence));
      await ldap.modify(found.dn, [...exchange, ...dialect.changes(step)], dialect.controls(step));
      return { kind: 'done', writes: 1, fenced: dialect.fenced };
    } catch (error) {
      return refusedOr(error, parts, ldap, found);
    }
  };
  for (let lost = 0, moved = 0; lost < lostRounds && moved < movedRounds;) {
    try {
      const result = await asService(options, attempt);
      if (result !== 'again') return result;
      moved++;
      trouble = 'fence-moved';
      sent = false;
    } catch (error) {
      lost++;
      trouble = troubleOf(error);
      // The service account itself was refused, or nothing left us: a later try may do.
      if (answerOf(error) || !sent) return { kind: sent ? 'unknown' : 'unreachable', trouble };
    }
  }
  return { kind: sent ? 'unknown' : 'unreachable', trouble };
}

/** @throws the error again when it is no answer: then nobody knows what happened */
async function refusedOr(
  error: unknown,
  { dialect }: WriteParts,
  ldap: Client,
  found: Found,
): Promise<WriteResult | 'again'> {
  const answer = answerOf(error);
  if (!answer) throw error;
  if (dialect.mayBeFence(answer)) {
    const now = await dialect.find(ldap, found.userId);
    // As expected, so it was something else that was refused; a code that means nothing else is tried once more.
    if (now?.fence !== found.fence) return 'again';
  }
  const kind = dialect.refusal(answer);
  if (!kind) return dialect.mayBeFence(answer) ? 'again' : { kind: 'unreachable', trouble: troubleOf(error) };
  return kind === 'rejected-by-policy' ? { kind, rules: await readable(dialect.rules(ldap, found)) } : { kind };
}

const readable = (rules: Promise<DirectoryRules>): Promise<DirectoryRules> => rules.catch(() => ({}));

function fenceChanges(type: string, expected: string | null, next: string): Change[] {
  const one = (operation: 'add' | 'delete', value: string) =>
    new Change({ operation, modification: new Attribute({ type, values: [value] }) });
  return [...(expected === null ? [] : [one('delete', expected)]), one('add', next)];
}
