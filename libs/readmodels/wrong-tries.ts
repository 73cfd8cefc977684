import { sql } from 'kysely';
import type { Instant } from '#libs/domain/time';
import { idOf, type ProjectedEvent } from './projected-event.js';
import { projection, put } from './projection.js';
import type { ReadModels } from './rows.js';
import { users } from './users.js';

/** What was tried wrongly, and at which name? One row for each wrong proof and each wrong sign-in, at names nobody has as well. */
export interface WrongTryRow {
  readonly event_id: string;
  /** the account's id, or the keyed token of a name nobody has */
  readonly name: string;
  /** where the event itself names it */
  readonly tenant_id: string | null;
  readonly at: Instant;
}

export const wrongTries = projection<WrongTryRow>({
  question: 'wrong_tries',
  version: 1,
  key: 'event_id',
  changing: false,
  columns: { event_id: 'text not null', name: 'text not null', tenant_id: 'text', at: 'timestamptz not null' },
  indexes: ['(at)'],
  every: (event) => (isWrongTry(event) ? put(rowOf(event)) : []),
});

type WrongTry = ProjectedEvent<'ProofSettled' | 'SignInFailed'>;

const isWrongTry = (event: ProjectedEvent): event is WrongTry =>
  event.type === 'SignInFailed' || (event.type === 'ProofSettled' && event.data.result === 'failed');

const rowOf = ({ id, stream, data }: WrongTry): WrongTryRow => ({
  event_id: id,
  name: idOf(stream),
  tenant_id: 'tenantId' in data ? data.tenantId : null,
  at: data.at,
});

export interface CountedTries {
  /** null: at names nobody has, whose tenant cannot be told */
  readonly tenantId: string | null;
  readonly failures: number;
  readonly names: number;
}

/** @returns those of each tenant, after `from` up to now */
export const wrongTriesSince = async (db: ReadModels, from: Instant): Promise<CountedTries[]> => {
  const { rows } = await sql<CountedTries>`
    SELECT coalesce(t.tenant_id, owner.tenant_id) AS "tenantId",
           count(*)::int AS failures,
           count(DISTINCT t.name)::int AS names
    FROM ${sql.table(`readmodels.${wrongTries.table}`)} t
    LEFT JOIN ${sql.table(`readmodels.${users.table}`)} owner ON owner.account_id = t.name
    WHERE t.at > ${from}
    GROUP BY 1`.execute(db);
  return rows;
};
