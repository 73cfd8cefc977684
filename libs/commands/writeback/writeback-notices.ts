import { Injectable } from '@nestjs/common';
import type { AccountState } from '#libs/domain/account/account.state';
import type { Alert } from '#libs/domain/account/alerts';
import { noticesTo, type Notice } from '#libs/domain/account/notices';
import type { WritebackFailure } from '#libs/domain/account/writebacks';
import { isBefore, type Instant } from '#libs/domain/time';
import type { Errand, WritebackResult } from '#libs/domain/writeback/writeback.events';
import type { CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { ResetNotices } from '../recovery/reset-notices.js';
import { derivedId } from '../steps.js';
import type { Verdict } from './verdict.js';

/** What an agent says, or what its silence comes to. */
type Result = WritebackFailure | WritebackResult;

interface Told {
  readonly notices: readonly Notice[];
  readonly alerts: readonly Alert[];
}

/** Who hears what became of a writeback. */
@Injectable()
export class WritebackNotices {
  constructor(
    private readonly resets: ResetNotices,
    private readonly clock: Clock,
  ) {}

  /** @returns what to request on the account's stream, once its state is known */
  async of(errand: Errand, verdict: Verdict, context: CommandContext): Promise<(owner: AccountState) => Told> {
    const { kind, tenantId, writebackId, deadline } = errand;
    if (verdict.kind === 'done') {
      if (kind === 'reset') return this.resets.of(tenantId, 'password-was-reset', context);
      const template = kind === 'unlock' ? 'account-was-unlocked' : 'password-was-changed';
      return (owner) => ({ notices: noticesTo(owner, template, (id) => noticeId(context, id)), alerts: [] });
    }
    const { result } = verdict;
    const trouble = verdict.kind === 'failed' ? verdict.trouble : undefined;
    const alert = this.alertOf(errand, { result, trouble }, derivedId(writebackId, 'alert', result));
    const unchanged = always[result] ?? (isBefore(this.#now(), deadline) ? undefined : afterDeadline(result));
    const facts = { kind, unchanged: unchanged ?? '' };
    return (owner) => ({
      // The others are told at the portal, which waits for them.
      notices:
        unchanged === undefined
          ? []
          : noticesTo(owner, 'writeback-timed-out', (id) => noticeId(context, id)).map((one) => ({ ...one, facts })),
      alerts: alert ? [alert] : [],
    });
  }

  /** @returns what the administrators of the directory shall hear of it; undefined when it is nothing they could put right */
  alertOf(
    { tenantId, accountId }: Errand,
    { result, trouble }: { readonly result: Result; readonly trouble: string | undefined },
    alertId: string,
  ): Alert | undefined {
    if (!operators.has(result) && !(result === 'unreachable' && misconfigured.has(trouble ?? ''))) return undefined;
    const today = this.#now().slice(0, 10);
    // A protected account is a matter of its own; a missing right is one for all of them.
    const once = derivedId(result === 'protected' ? accountId : tenantId, 'writeback', result, today);
    return { alertId, template: 'writeback-refused', facts: { result }, once };
  }

  #now = (): Instant => this.clock.now().toISOString();
}

const noticeId = ({ commandId }: CommandContext, methodId: string): string => derivedId(commandId, 'notice', methodId);

type Unchanged = 'yes' | 'no' | 'unfinished';

/** Failures that come when the person may have left, and whether it is certain that nothing was changed, or some was. */
const always: Readonly<Partial<Record<WritebackFailure, Unchanged>>> = {
  'not-taken': 'yes',
  expired: 'yes',
  'not-heard-of': 'no',
  unfinished: 'unfinished',
};

/** Whoever was told "not yet confirmed" waits no more by then. Whose later reset was faster knows how it ended. */
function afterDeadline(result: WritebackFailure): Unchanged | undefined {
  if (result === 'stale') return undefined;
  // Who is not found any more may have been written to before.
  return result === 'user-not-found' ? 'no' : 'yes';
}

/** What only the administrators of the directory or of its agents can put right. */
const operators: ReadonlySet<Result> = new Set([
  'permission-denied',
  'protected',
  'user-not-found',
  'unreadable',
  'unfinished',
]);

/** Troubles of an agent that reached its directory and may not use it: its certificate, its service account, its rights. */
const misconfigured: ReadonlySet<string> = new Set(['certificate-refused', 'ldap-8', 'ldap-12', 'ldap-49', 'ldap-53']);
