import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { CallQuestion } from '#libs/channels/telecom/carrier';
import { callScript, type CallFacts, type CallScript } from '#libs/channels/telecom/texts/call-scripts';
import { phoneLanguage, type PhoneLanguage } from '#libs/channels/telecom/texts/language';
import { account } from '#libs/domain/account/account';
import { RuleViolation } from '#libs/domain/decider';
import { currentChallenge, recovery, refuseNotOpen } from '#libs/domain/recovery/recovery';
import { tenant } from '#libs/domain/tenant/tenant';
import { isBefore } from '#libs/domain/time';
import { EventStore } from '#libs/eventstore/event-store';
import { load, recall } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';

export interface SpokenChallenge {
  readonly language: PhoneLanguage;
  readonly script: CallScript;
  /** Whether an answer still counts. */
  readonly open: boolean;
}

/** What a call about this says, in the language of whom it is for. */
export class GetCallScript extends Query<SpokenChallenge> {
  constructor(readonly question: CallQuestion) {
    super();
  }
}

@QueryHandler(GetCallScript)
export class GetCallScriptHandler implements IQueryHandler<GetCallScript> {
  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  execute({ question }: GetCallScript): Promise<SpokenChallenge> {
    return question.kind === 'challenge' ? this.#challenge(question) : this.#confirmation(question);
  }

  async #challenge({ recoveryId, challengeId }: Asked<'challenge'>): Promise<SpokenChallenge> {
    const { state } = await load(this.store, recovery, recoveryId);
    const { subject, tenantId, reason } = state;
    const owner = subject?.accountId ? await recall(this.store, account, subject.accountId) : undefined;
    const purpose = reason === 'account-locked' ? 'unlock-account' : 'reset-password';
    const open = isLawful(() => {
      refuseNotOpen(state, this.#now());
      currentChallenge(state, challengeId, this.#now());
    });
    return this.#spoken(tenantId, owner?.state.language, purpose, open);
  }

  async #confirmation({ accountId, confirmationId }: Asked<'confirmation'>): Promise<SpokenChallenge> {
    const { state } = await load(this.store, account, accountId);
    const asked = Object.values(state.confirmations).find((one) => one.confirmationId === confirmationId);
    const purpose = asked?.purpose === 'step-up' ? 'confirm-change' : 'register-number';
    const open = asked !== undefined && !asked.over && isBefore(this.#now(), asked.expiresAt);
    return this.#spoken(state.tenantId, state.language, purpose, open);
  }

  async #spoken(
    tenantId: string | null,
    tag: string | undefined,
    purpose: CallFacts['purpose'],
    open: boolean,
  ): Promise<SpokenChallenge> {
    const { organisation = '' } = tenantId ? (await recall(this.store, tenant, tenantId)).state : {};
    const language = phoneLanguage(tag);
    return { language, script: callScript({ organisation, purpose }, language), open };
  }

  #now = (): string => this.clock.now().toISOString();
}

type Asked<Kind extends CallQuestion['kind']> = Extract<CallQuestion, { kind: Kind }>;

function isLawful(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof RuleViolation) return false;
    throw error;
  }
}
