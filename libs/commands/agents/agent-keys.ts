import { createHash } from 'node:crypto';
import { RuleViolation } from '#libs/domain/decider';
import type { PublicKey } from '#libs/domain/agent/agent.events';

/** @param key 32 bytes, base64url; its id is its own digest, so nobody can give one key's id to another */
export function keyNamed(key: string): PublicKey {
  if (Buffer.from(key, 'base64url').length !== 32) throw new RuleViolation('invalid-request', { field: 'key' });
  return { keyId: createHash('sha256').update(key).digest('base64url').slice(0, 22), key };
}
