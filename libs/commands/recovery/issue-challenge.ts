import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { isSameNumber } from '#libs/channels/telecom/phone-number';
import { RuleViolation } from '#libs/domain/decider';
import { familyOf, traitsOf, type Method } from '#libs/domain/methods';
import { offered } from '#libs/domain/recovery/recovery';
import type { Offer, RecoveryEvent } from '#libs/domain/recovery/recovery.events';
import type { RecoveryState } from '#libs/domain/recovery/recovery.state';
import { isBefore, plus } from '#libs/domain/time';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import type { Caller } from '../caller.js';
import { RecoveryCodes } from '../delivery/recovery-codes.js';
import { atEvenPace } from '../even-pace.js';
import { nowhere } from '../nowhere.js';
import { sameText } from '../same-text.js';
import { derivedId } from '../steps.js';
import { Throttle } from '../throttle.js';
import { Ledger } from './ledger.js';
import { Recoveries, type RecoveryRequest } from './recoveries.js';

export interface IssuedChallenge {
  challengeId: string;
  expiresAt: string;
  /** What the person types into the app that was notified. */
  number?: string;
}

export class IssueChallenge extends Command<IssuedChallenge> {
  constructor(
    readonly recoveryId: string,
    readonly wish: { method: Method; contact?: string },
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(IssueChallenge)
export class IssueChallengeHandler implements ICommandHandler<IssueChallenge> {
  constructor(
    private readonly recoveries: Recoveries,
    private readonly ledger: Ledger,
    private readonly vault: Vault,
    private readonly codes: RecoveryCodes,
    private readonly throttle: Throttle,
    private readonly clock: Clock,
  ) {}

  execute({ recoveryId, wish, caller }: IssueChallenge): Promise<IssuedChallenge> {
    const command = () =>
      this.recoveries.command(recoveryId, 'challenges', caller, async (request) => {
        const { earlier, state } = request;
        if (earlier) return this.#numbered(state, answerOf(earlier, state.blocked[familyOf(wish.method)]));
        const offer = offered(state, wish.method, this.clock.now().toISOString());
        if (offer.confirmContact) await this.#confirmContact(request, offer, wish.contact);
        await this.#coolDown(request, wish.method);
        return this.#issue(request, wish.method);
      });
    return atEvenPace(command);
  }

  async #issue(request: RecoveryRequest, method: Method): Promise<IssuedChallenge> {
    const now = this.clock.now().toISOString();
    const { digits = 0, lifetimeMs } = traitsOf(method);
    const { keyId } = await this.vault.dayKey();
    const challengeId = derivedId(request.context.commandId, 'challenge');
    const expiresAt = earlier(plus(now, lifetimeMs), request.state.expiresAt);
    const data = { method, challengeId, keyId, digits, expiresAt, now };
    const { events, state } = await this.recoveries.execute(request, { type: 'IssueChallenge', data });
    return this.#numbered(state, answerOf(events));
  }

  async #numbered(state: RecoveryState, issued: IssuedChallenge): Promise<IssuedChallenge> {
    const { challenge } = state;
    const number = challenge?.challengeId === issued.challengeId && (await this.codes.shown(state, challenge));
    return number ? { ...issued, number } : issued;
  }

  /**
   * The person types the whole address or number behind the mask. A typing mistake is a try like a wrong code, or the
   * field would be an oracle. A decoy's contact is matched by nothing.
   */
  async #confirmContact(
    request: RecoveryRequest,
    { method, contact }: Offer,
    typed: string | undefined,
  ): Promise<void> {
    if (typed === undefined) throw new RuleViolation('invalid-request', { field: 'contact' });
    const reservation = await this.ledger.reserve(request, familyOf(method));
    const stored = await this.vault.read(contact ?? nowhere, 'account/contact');
    const matches = isSameContact(method, typed, stored?.toString() ?? '') && !!stored;
    if (matches) {
      await this.ledger.settle(request, reservation, true);
      return;
    }
    const now = this.clock.now().toISOString();
    const { events } = await this.recoveries.execute(request, {
      type: 'RecordMismatch',
      data: { method, reservationId: reservation.reservationId, now },
    });
    await this.ledger.settle(request, reservation, false);
    answerOf(events);
  }

  async #coolDown({ state }: RecoveryRequest, method: Method): Promise<void> {
    const { channel } = traitsOf(method);
    const { subject, limits } = state;
    if (!subject || !limits) return;
    const owner = subject.kind === 'account' ? subject.accountId : (subject.accountId ?? subject.token);
    // What sends nothing cannot be used against its owner, but it must not fill the log either.
    const most = channel === 'push' ? pushesPer10Minutes : limits.emailsPer10Minutes;
    await this.throttle.sending(channel ?? method, channel ? owner : state.recoveryId, most);
  }
}

/** F9: who is asked again and again approves in the end. */
const pushesPer10Minutes = 5;

/** The answer that these events stand for, now and when the same command is repeated. */
function answerOf(events: readonly RecoveryEvent[], blockedUntil?: string): IssuedChallenge {
  for (const { type, data } of events) {
    if (type === 'ChallengeIssued') return { challengeId: data.challengeId, expiresAt: data.expiresAt };
    if (type === 'FamilyBlocked') throw new RuleViolation('blocked', { family: data.family, until: data.until });
  }
  if (events.some(({ type }) => type === 'ContactMismatched')) throw new RuleViolation('contact-mismatch');
  throw new RuleViolation('blocked', { until: blockedUntil });
}

const earlier = (a: string, b: string): string => (isBefore(a, b) ? a : b);

function isSameContact(method: Method, typed: string, stored: string): boolean {
  if (familyOf(method) === 'phone') return isSameNumber(typed, stored || nobodysNumber);
  return sameText(normalised(typed), normalised(stored));
}

/** A decoy's number is looked at as long as anybody's. */
const nobodysNumber = '+81 9000000000';

const normalised = (address: string): string => address.normalize('NFKC').trim().toLowerCase();
