import { Injectable } from '@nestjs/common';
import type { Language } from '#libs/domain/account/lifecycle';
import { maskEmail, maskPhone } from '#libs/domain/masking';
import { familyOf, type Method } from '#libs/domain/methods';
import { toldReason, type Outcome } from '#libs/domain/outcome';
import type { Offer } from '#libs/domain/recovery/recovery.events';
import { gatesPassed, isTheirTurn, type RecoveryState } from '#libs/domain/recovery/recovery.state';
import {
  challengeStatusOf,
  statusOf,
  type ChallengeStatus,
  type RecoveryStatus,
} from '#libs/domain/recovery/recovery.status';
import type { DirectoryRules } from '#libs/domain/writeback/writeback.events';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import { RecoveryCodes } from '../delivery/recovery-codes.js';
import type { Question } from '../questions/question-choices.js';
import { Questions } from '../questions/questions.js';
import { nowhere } from '../nowhere.js';

export interface MethodView {
  method: Method;
  hint: string;
  confirmContact: boolean;
  blockedUntil?: string;
}

/** What the person at the portal may know of their recovery. */
export interface RecoveryView {
  recoveryId: string;
  supportCode: string;
  canUnlock: boolean;
  expiresAt: string;
  status: RecoveryStatus;
  /** Of two views, the one with the higher number is the later. */
  revision: number;
  /** The server's time, for countdowns. */
  now: string;
  gatesRequired: number;
  gatesPassed: number;
  methods: MethodView[];
  challenge?: {
    challengeId: string;
    method: Method;
    expiresAt: string;
    state: ChallengeStatus;
    /** To be typed on the notified device. */
    number?: string;
    questions?: Question[];
  };
  /** While the directory's verdict is awaited: since when. */
  submittedAt?: string;
  /** Status `blocked`: until when. */
  blockedUntil?: string;
  /** `rules`: the directory's own, as far as its agent could read them. */
  rejection?: { reasons: readonly string[]; rules?: DirectoryRules };
  outcome?: Omit<Outcome, 'reason'> & { reason: string };
}

@Injectable()
export class RecoveryViews {
  constructor(
    private readonly vault: Vault,
    private readonly codes: RecoveryCodes,
    private readonly questions: Questions,
    private readonly clock: Clock,
  ) {}

  /** @param language of the questions a challenge asks */
  async of(state: RecoveryState, language: Language): Promise<RecoveryView> {
    const now = this.clock.now().toISOString();
    const { challenge, outcome, rejection, rules } = state;
    const number = challenge && !outcome && (await this.codes.shown(state, challenge));
    const asking = challenge && !outcome && !challenge.passed;
    const questions = asking && (await this.questions.shown(challenge, language));
    return {
      recoveryId: state.recoveryId,
      supportCode: state.supportCode,
      canUnlock: state.canUnlock,
      expiresAt: state.expiresAt,
      status: statusOf(state, now),
      revision: state.revision,
      now,
      gatesRequired: state.gatesRequired,
      gatesPassed: state.gates.length,
      methods: await this.#methods(state),
      ...(challenge && {
        challenge: {
          challengeId: challenge.challengeId,
          method: challenge.method,
          expiresAt: challenge.expiresAt,
          state: challengeStatusOf(challenge, now),
          ...(number && { number }),
          ...(questions && { questions }),
        },
      }),
      ...(state.phase === 'submitted' && state.submittedAt && { submittedAt: state.submittedAt }),
      ...(state.blockedUntil && { blockedUntil: state.blockedUntil }),
      ...(rejection && { rejection: { reasons: rejection, ...(rules && { rules }) } }),
      ...(outcome && { outcome: { ...outcome, reason: toldReason(outcome.reason, outcome.method) } }),
    };
  }

  /** What may still be chosen; nothing once the gates are passed or the recovery is closed. */
  async #methods(state: RecoveryState): Promise<MethodView[]> {
    if (state.phase !== 'open' || gatesPassed(state)) return [];
    const offers = state.offers.filter(
      ({ method }) => isTheirTurn(state, method) && !state.gates.some((gate) => gate.family === familyOf(method)),
    );
    const hints = await this.#hints(offers, state);
    const views = new Map<Method, MethodView>();
    for (const [n, { method, confirmContact }] of offers.entries()) {
      const blockedUntil = state.blocked[familyOf(method)];
      // Several addresses are one choice: the person types the one they mean.
      const hint = [views.get(method)?.hint, hints[n]].filter(Boolean).join(', ');
      views.set(method, { method, hint, confirmContact, ...(blockedUntil && { blockedUntil }) });
    }
    return [...views.values()];
  }

  /** A decoy costs the same read as a real contact. */
  async #hints(offers: readonly Offer[], { subject }: RecoveryState): Promise<string[]> {
    const decoyToken = subject?.kind === 'decoy' ? subject.token : '';
    const contacts = await this.vault.readAll(
      offers.map(({ contact }) => ({ ref: contact ?? nowhere, place: 'account/contact' })),
    );
    return offers.map((offer, n) => hintOf(offer, contacts[n]?.toString() ?? plausible(offer.method, decoyToken)));
  }
}

function hintOf({ method, hideDomain }: Offer, contact: string): string {
  switch (familyOf(method)) {
    case 'email':
      return maskEmail(contact, hideDomain);
    case 'phone':
      return maskPhone(contact, hideDomain);
    default:
      return '';
  }
}

/** A contact that nobody has, the same for the same name every time. */
function plausible(method: Method, token: string): string {
  const bytes = Buffer.from(token, 'base64url');
  const digit = (n: number): number => (bytes[n] ?? 0) % 10;
  if (familyOf(method) === 'email')
    return `${firstLetters[(bytes[0] ?? 0) % firstLetters.length]}@${domains[(bytes[8] ?? 0) % domains.length]}`;
  return `+81 90${digit(1)}${digit(2)}0000${digit(3)}${digit(4)}`;
}

/** Where personal mailboxes mostly are; nothing is ever sent to a decoy. */
const domains = ['gmail.com', 'gmail.com', 'outlook.com', 'yahoo.co.jp', 'icloud.com'];

/** Roughly as often as names begin with them. */
const firstLetters = 'aaabbccddeeffgghhhiijjjkkkkllmmmmmnnooprrrsssssttttuvwyyz';
