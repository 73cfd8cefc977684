import type { Client } from 'ldapts';
import type { Found, Step } from './directory-dialect.js';
import { answerOf, ldap as codes, troubleOf } from './directory-errors.js';
import type { WriteParts } from './fenced-write.js';
import { explaining } from './explaining-rules.js';
import type { DirectoryRules, WriteResult } from './write-result.js';

/**
 * What a refused Modify means; `again` when the fence or the entry had moved, or when the answer could have come from that
 * alone.
 * @throws the error again when it is no answer: then nobody knows what happened
 */
export async function refusedOr(
  error: unknown,
  { dialect }: Pick<WriteParts, 'dialect'>,
  ldap: Client,
  found: Found,
  { password }: Step,
): Promise<WriteResult | 'again'> {
  const answer = answerOf(error);
  if (!answer) throw error;
  const moved = answer.code === codes.noSuchObject;
  if (moved || dialect.mayBeFence(answer)) {
    const now = await dialect.find(ldap, found.userId);
    // As expected, so it was something else that was refused; a code that means nothing else is tried once more.
    if (now?.fence !== found.fence) return 'again';
    // Renamed or moved in the meantime: it is somewhere else, not gone.
    if (moved && now.dn !== found.dn) return 'again';
  }
  const kind = dialect.refusal(answer);
  if (!kind) return dialect.mayBeFence(answer) ? 'again' : { kind: 'unreachable', trouble: troubleOf(error) };
  if (kind !== 'rejected-by-policy') return { kind };
  return { kind, rules: explaining(await readable(dialect.rules(ldap, found)), password ?? '') };
}

const readable = (rules: Promise<DirectoryRules>): Promise<DirectoryRules> => rules.catch(() => ({}));
