import type { DirectoryDialect } from './directory-dialect.js';
import type { DirectoryOptions } from './directory-options.js';
import { accountTag } from './fence.js';
import type { Pin } from './line.js';
import type { WriteRequest, WriteResult } from './write-result.js';
import { writeStep } from './write-step.js';

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
  const { epoch, writebackId, userId, accountId, begun = false } = request;
  const account = accountId && accountTag(accountId);
  const { dialect } = parts;
  const steps = dialect.steps(request);
  const pin: Pin = {};
  for (const [n, step] of steps.entries()) {
    // Once begun it runs to its end: between two steps nobody knows the password.
    const [deadline, sent] = n === 0 ? [request.deadline, begun] : [Infinity, false];
    const fence = { epoch, writebackId, step: n + 1, account };
    const result = await writeStep(parts, { userId, fence, step, deadline, sent, pin });
    if (result.kind === 'done') continue;
    if (n === 0 || result.kind === 'stale') return result;
    // What was asked for stands there since the first step, and the directory does not let the others follow.
    if (n === 1 && refusals.has(result.kind)) return { kind: 'done', writes: 1, fenced: dialect.fenced };
    return { kind: 'unknown', trouble: 'trouble' in result ? result.trouble : result.kind };
  }
  return { kind: 'done', writes: steps.length, fenced: dialect.fenced };
}

const refusals: ReadonlySet<WriteResult['kind']> = new Set(['rejected-by-policy', 'permission-denied']);
