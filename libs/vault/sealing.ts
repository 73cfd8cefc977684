import type pg from 'pg';
import { OwnerErased } from './errors.js';
import { explainRetired } from './master-key-check.js';
import type { OfferedKey, OwnerKeys, StoredOwnerKey } from './owner-keys.js';
import { kept, mostAtOnce, tuples } from './statement.js';
import { draft, referTo, sealDraft, type Draft, type Sealed, type VaultRef } from './sealed-value.js';

/**
 * Stores all values or none, in one round trip when the owners are new or their keys at hand, in two otherwise.
 *
 * The ciphertexts are made before it is known whether the owner has a key already, so the statement offers a fresh key
 * and stores the values only if the key they were made with is the owner's; otherwise it returns the right key and we
 * seal again.
 *
 * @throws OwnerErased; RangeError for an unusable value or more than 5 000
 */
export async function sealInto(pool: pg.Pool, keys: OwnerKeys, values: readonly Sealed[]): Promise<VaultRef[]> {
  if (values.length === 0) return [];
  if (values.length > mostAtOnce) throw new RangeError(`at most ${mostAtOnce} values are sealed at once`);
  const drafts = values.map(draft);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const offers = new Map<string, OfferedKey>();
    for (const { owner } of drafts) if (!offers.has(owner)) offers.set(owner, keys.offer(owner));
    const ciphertexts = drafts.map((each) => sealDraft(each, offers.get(each.owner)!));
    const answer = await store(pool, [...offers.values()], drafts, ciphertexts);
    for (const offer of offers.values()) learn(keys, offer, answer.keys.get(offer.owner));
    if (answer.stored) return drafts.map(({ ref }, index) => referTo(ref, ciphertexts[index]!));
  }
  throw new Error(
    `The keys of ${new Set(drafts.map(({ owner }) => owner)).size} owner(s) kept changing while sealing.`,
  );
}

/** One repetition is usual; more happen only when other processes make, erase or restore the same owners meanwhile. */
const attempts = 6;

function learn(keys: OwnerKeys, offer: OfferedKey, found: StoredOwnerKey | undefined): void {
  if (!found) return keys.forget(offer.owner);
  if (found.key_id === offer.keyId) return keys.remember(offer);
  if (!keys.open(found)) throw new OwnerErased(offer.owner);
}

interface Answer {
  stored: boolean;
  keys: Map<string, StoredOwnerKey>;
}

async function store(
  pool: pg.Pool,
  offers: readonly OfferedKey[],
  drafts: readonly Draft[],
  ciphertexts: readonly Buffer[],
): Promise<Answer> {
  const values = [
    ...offers.flatMap(({ owner, keyId, fresh }) => [owner, keyId, fresh?.masterKeyId ?? null, fresh?.wrapped ?? null]),
    ...drafts.flatMap(({ ref, owner, expiresAt }, index) => [
      ref,
      owner,
      ciphertexts[index],
      expiresAt?.toISOString() ?? null,
    ]),
  ];
  const statement = statementFor(offers.length, drafts.length);
  const { rows } = await pool
    .query<StoredOwnerKey & { stored: number }>({ ...statement, values })
    .catch(explainRetired);
  return { stored: rows[0]?.stored === drafts.length, keys: new Map(rows.map((row) => [row.owner, row])) };
}

/** `FOR SHARE` makes an erasure and a sealing of the same owner wait for each other, so no value outlives its owner. */
const statementFor = (owners: number, values: number): { name?: string; text: string } => ({
  ...kept(`vault-seal-${owners}`, values),
  text: `
    WITH offered (owner, key_id, master_key_id, wrapped) AS MATERIALIZED (
      VALUES ${tuples(owners, ['text', 'uuid', 'text', 'bytea'], 1)}
    ), created AS (
      INSERT INTO vault.owner_keys (owner, key_id, master_key_id, wrapped)
      SELECT * FROM offered WHERE wrapped IS NOT NULL ORDER BY owner
      ON CONFLICT (owner) DO NOTHING
      RETURNING owner, key_id, master_key_id, wrapped
    ), found AS MATERIALIZED (
      SELECT owner, key_id, master_key_id, wrapped FROM vault.owner_keys
      WHERE owner IN (SELECT owner FROM offered) ORDER BY owner FOR SHARE
    ), current AS MATERIALIZED (
      SELECT * FROM created UNION ALL SELECT * FROM found
    ), stored AS (
      INSERT INTO vault.sealed_values (ref, owner, ciphertext, expires_at)
      SELECT * FROM (VALUES ${tuples(values, ['uuid', 'text', 'bytea', 'timestamptz'], 1 + 4 * owners)}) v
      WHERE (SELECT count(*) FROM current JOIN offered USING (owner, key_id)) = ${owners}
      RETURNING ref
    )
    SELECT owner, key_id, master_key_id, wrapped, (SELECT count(*) FROM stored)::int AS stored FROM current`,
});
