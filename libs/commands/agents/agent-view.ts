import type { AgentReport, ReportedDirectory, ReportedTrouble } from '#libs/directory/protocol/agent-report';
import { identityKeyMs, sealingKeyDueMs, sealingKeyMs } from '#libs/domain/agent/agent';
import type { AgentStanding } from '#libs/domain/agent/hybrid-obstacle';
import { isBefore, minutes, plus, type Instant } from '#libs/domain/time';
import type { AgentRow, AgentTrouble } from '#libs/readmodels/agents';
import { aliveMs } from './agents.js';

export interface AgentView {
  agentId: string;
  /** `silent`: enrolled, and it does not ask for work: it may run all the same, see `directory.state`. */
  state: 'waiting-for-enrolment' | 'alive' | 'silent' | 'revoked';
  /** Whether resets are counted on to be carried by it now. */
  usable: boolean;
  version: string | null;
  createdAt: string;
  enrolmentCodeExpiresAt: string;
  enrolledAt: string | null;
  revokedAt: string | null;
  /** When it last asked for work. */
  lastHeardAt: string | null;
  sealingKeySince: string | null;
  /** When commands stop being sealed for its present key. */
  sealingKeyExpiresAt: string | null;
  /** It ought to have been replaced. */
  sealingKeyDue: boolean;
  identityKeySince: string | null;
  identityKeyDueAt: string | null;
  identityKeyDue: boolean;
  /** When it last told of itself, and what; nothing of an agent of before. */
  reportedAt: string | null;
  machine: string | null;
  directory: ReportedDirectory | null;
  /** Kinds of trouble with writes it reported, latest first. */
  lastTroubles: readonly { at: string; result: string; trouble: string | null }[];
  /** The same and its other warnings and errors, each with the id to search its log for; latest first. */
  lastErrors: readonly AgentError[];
}

export interface AgentError {
  at: string;
  /** Such as `KTA-208`: docs/directory.md. */
  eventId: string;
  /** What became of a write. */
  result: string | null;
  trouble: string | null;
  writebackId: string | null;
}

export interface AgentFacts {
  readonly heardAt: Instant | undefined;
  readonly told: { readonly at: Instant; readonly report: AgentReport } | undefined;
  readonly usable: boolean;
  readonly now: Instant;
}

/** An agent tells of itself every minute. */
const reportMs = minutes(3);
const errorsShown = 10;

export function agentView(row: AgentRow, { heardAt, told, usable, now }: AgentFacts): AgentView {
  const sealingKeySince = row.sealing_key_expires_at && plus(row.sealing_key_expires_at, -sealingKeyMs);
  const identityKeyDueAt = row.identity_key_since && plus(row.identity_key_since, identityKeyMs);
  const standing = row.revoked_at === null && row.enrolled_at !== null;
  return {
    agentId: row.agent_id,
    state: stateOf(row, heardAt, now),
    usable,
    version: told?.report.version ?? row.version,
    createdAt: row.created_at,
    enrolmentCodeExpiresAt: row.code_expires_at,
    enrolledAt: row.enrolled_at,
    revokedAt: row.revoked_at,
    lastHeardAt: heardAt ?? null,
    sealingKeySince,
    sealingKeyExpiresAt: row.sealing_key_expires_at,
    sealingKeyDue: standing && sealingKeySince !== null && !isBefore(now, plus(sealingKeySince, sealingKeyDueMs)),
    identityKeySince: row.identity_key_since,
    identityKeyDueAt,
    identityKeyDue: standing && identityKeyDueAt !== null && !isBefore(now, identityKeyDueAt),
    reportedAt: told?.at ?? null,
    machine: told?.report.machine ?? null,
    directory: told?.report.directory ?? null,
    lastTroubles: row.troubles.map(({ at, result, trouble }) => ({ at, result, trouble })),
    lastErrors: errorsOf(row.troubles, told?.report.troubles ?? []),
  };
}

function stateOf(
  { revoked_at, enrolled_at }: AgentRow,
  heardAt: Instant | undefined,
  now: Instant,
): AgentView['state'] {
  if (revoked_at !== null) return 'revoked';
  if (enrolled_at === null) return 'waiting-for-enrolment';
  return heardAt !== undefined && isBefore(now, plus(heardAt, aliveMs)) ? 'alive' : 'silent';
}

export const standingOf = ({ state, usable, directory, reportedAt }: AgentView, now: Instant): AgentStanding => ({
  enrolled: state !== 'waiting-for-enrolment',
  alive: state === 'alive',
  usable,
  withoutDirectory: directory?.state === 'away' && reportedAt !== null && isBefore(now, plus(reportedAt, reportMs)),
});

/** A write that failed is told twice: by its receipt, and as an event of the agent's log. */
function errorsOf(failed: readonly AgentTrouble[], told: readonly ReportedTrouble[]): AgentError[] {
  const writes = failed.map(({ result, ...write }) => ({ ...write, result, eventId: eventOf(result) }));
  const others = told
    .filter((one) => !writes.some((write) => write.writebackId === one.writebackId && write.eventId === one.eventId))
    .map(({ at, eventId, trouble = null, writebackId = null }) => ({
      at,
      eventId,
      result: null,
      trouble,
      writebackId,
    }));
  return [...writes, ...others].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, errorsShown);
}

/** Which line of the agent's log says so (docs/directory.md). */
const eventOf = (result: string): string =>
  ({ unreachable: 'KTA-208', 'permission-denied': 'KTA-206', unfinished: 'KTA-204' })[result] ?? 'KTA-201';
