import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { isSameNumber } from '#libs/channels/telecom/phone-number';
import type { Language } from '#libs/domain/account/lifecycle';
import { RuleViolation } from '#libs/domain/decider';
import { familyOf, traitsOf, type Method } from '#libs/domain/methods';
import { allOffered } from '#libs/domain/recovery/recovery';
import type { Offer, RecoveryEvent } from '#libs/domain/recovery/recovery.events';
import type { RecoveryState } from '#libs/domain/recovery/recovery.state';
import { isStranger } from '#libs/domain/throttle/sendings';
import { isBefore, plus } from '#libs/domain/time';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import type { Caller } from '../caller.js';
import { RecoveryCodes } from '../delivery/recovery-codes.js';
import { atEvenPace } from '../even-pace.js';
import { nowhere } from '../nowhere.js';
import type { Question } from '../questions/question-choices.js';
import { Questions } from '../questions/questions.js';
import { sameText } from '../same-text.js';
import { derivedId } from '../steps.js';
import { PhoneLimits } from '../telecom/phone-limits.js';
import { Tenants } from '../tenants/tenants.js';
import { Throttle } from '../throttle.js';
import { Ledger } from './ledger.js';
import { Recoveries, type RecoveryRequest } from './recoveries.js';

export interface IssuedChallenge {
  challengeId: string;
  expiresAt: string;
  /** What the person types into the app that was notified. */
  number?: string;
  /** Method `security-questions`, in the language the caller reads. */
  questions?: Question[];
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
    private readonly questions: Questions,
    private readonly throttle: Throttle,
    private readonly phones: PhoneLimits,
    private readonly tenants: Tenants,
    private readonly clock: Clock,
  ) {}

  execute({ recoveryId, wish, caller }: IssueChallenge): Promise<IssuedChallenge> {
    const command = () =>
      this.recoveries.command(recoveryId, 'challenges', caller, async (request) => {
        const { earlier, state } = request;
        if (earlier) {
          return this.#told(state, answerOf(earlier, state.blocked[familyOf(wish.method)]), caller.language);
        }
        const offers = allOffered(state, wish.method, this.clock.now().toISOString());
        const [first] = offers;
        await this.ledger.refuseStrangers(request, familyOf(wish.method));
        const offer = first!.confirmContact ? await this.#confirmContact(request, offers, wish.contact) : first!;
        await this.#coolDown(request, offer);
        return this.#issue(request, offer, caller.language);
      });
    return atEvenPace(command);
  }

  async #issue(request: RecoveryRequest, offer: Offer, language: Language): Promise<IssuedChallenge> {
    const { method, contact } = offer;
    const now = this.clock.now().toISOString();
    const { digits = 0, lifetimeMs } = traitsOf(method);
    const { keyId } = await this.vault.dayKey();
    const challengeId = derivedId(request.context.commandId, 'challenge');
    const expiresAt = earlier(plus(now, lifetimeMs), request.state.expiresAt);
    const questionIds = method === 'security-questions' && (await this.questions.draw(request, offer));
    const asked = { ...(contact && { contactRef: contact.ref }), ...(questionIds && { questionIds }) };
    const data = { method, challengeId, keyId, digits, expiresAt, ...asked, now };
    const { events, state } = await this.recoveries.execute(request, { type: 'IssueChallenge', data });
    return this.#told(state, answerOf(events), language);
  }

  /** With what the page shows: the number to type into the app, or the questions. */
  async #told(state: RecoveryState, issued: IssuedChallenge, language: Language): Promise<IssuedChallenge> {
    const { challenge } = state;
    if (challenge?.challengeId !== issued.challengeId) return issued;
    const [number, questions] = await Promise.all([
      this.codes.shown(state, challenge),
      this.questions.shown(challenge, language),
    ]);
    return { ...issued, ...(number && { number }), ...(questions && { questions }) };
  }

  /**
   * The person types the whole address or number behind the mask. A typing mistake is a try like a wrong code, or the
   * field would be an oracle. A decoy's contact is matched by nothing.
   */
  async #confirmContact(request: RecoveryRequest, offers: readonly Offer[], typed: string | undefined): Promise<Offer> {
    const { method } = offers[0]!;
    if (typed === undefined) throw new RuleViolation('invalid-request', { field: 'contact' });
    const reservation = await this.ledger.reserve(request, familyOf(method));
    const wanted = offers.map(({ contact }) => ({ ref: contact ?? nowhere, place: 'account/contact' }));
    const stored = await this.vault.readAll(wanted);
    const matching = offers.filter((_, n) => isSameContact(method, typed, stored[n]?.toString() ?? '') && !!stored[n]);
    if (matching[0]) {
      await this.ledger.settle(request, reservation, true);
      return matching[0];
    }
    const now = this.clock.now().toISOString();
    const { events } = await this.recoveries.execute(request, {
      type: 'RecordMismatch',
      data: { method, reservationId: reservation.reservationId, now },
    });
    await this.ledger.settle(request, reservation, false);
    answerOf(events);
    throw new RuleViolation('contact-mismatch');
  }

  async #coolDown({ state }: RecoveryRequest, { method, contact, confirmContact }: Offer): Promise<void> {
    const { channel } = traitsOf(method);
    const { subject, limits, tenantId } = state;
    if (!subject || !limits) return;
    // Where a contact was to be typed it has just been matched.
    const asking = { familiar: state.familiar, proven: state.proven || confirmContact };
    if (channel === 'sms' || channel === 'voice') {
      const stored = await this.vault.read(contact ?? nowhere, 'account/contact');
      const decoy = subject.kind === 'decoy' && !stored ? { decoy: subject.token } : {};
      const sending = {
        tenantId: tenantId ?? '',
        channel,
        number: stored?.toString() ?? nobodysNumber,
        ...decoy,
        stranger: isStranger(asking),
      };
      return this.phones.admit(sending, limits, (await this.tenants.byId(tenantId ?? '')).policy);
    }
    const owner = subject.kind === 'account' ? subject.accountId : (subject.accountId ?? subject.token);
    // What sends nothing cannot be used against its owner, but it must not fill the log either.
    const most = channel === 'push' ? pushesPer10Minutes : limits.emailsPer10Minutes;
    await this.throttle.sending(channel ?? method, channel ? owner : state.recoveryId, most, asking);
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
