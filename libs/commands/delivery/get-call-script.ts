import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { callScript, type CallScript } from '#libs/channels/telecom/texts/call-scripts';
import { phoneLanguage, type PhoneLanguage } from '#libs/channels/telecom/texts/language';
import { account } from '#libs/domain/account/account';
import { RuleViolation } from '#libs/domain/decider';
import { currentChallenge, recovery, refuseNotOpen } from '#libs/domain/recovery/recovery';
import { tenant } from '#libs/domain/tenant/tenant';
import { EventStore } from '#libs/eventstore/event-store';
import { load, recall } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';

export interface SpokenChallenge {
  readonly language: PhoneLanguage;
  readonly script: CallScript;
  /** Whether an answer still counts. */
  readonly open: boolean;
}

/** What a call about this challenge says, in the language of whom it is for. */
export class GetCallScript extends Query<SpokenChallenge> {
  constructor(
    readonly recoveryId: string,
    readonly challengeId: string,
  ) {
    super();
  }
}

@QueryHandler(GetCallScript)
export class GetCallScriptHandler implements IQueryHandler<GetCallScript> {
  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute({ recoveryId, challengeId }: GetCallScript): Promise<SpokenChallenge> {
    const { state } = await load(this.store, recovery, recoveryId);
    const { subject, tenantId, reason } = state;
    const [owner, organisation] = await Promise.all([
      subject?.accountId ? recall(this.store, account, subject.accountId) : undefined,
      tenantId ? recall(this.store, tenant, tenantId) : undefined,
    ]);
    const language = phoneLanguage(owner?.state.language);
    const purpose = reason === 'account-locked' ? 'unlock-account' : 'reset-password';
    const script = callScript({ organisation: organisation?.state.organisation ?? '', purpose }, language);
    return { language, script, open: this.#isOpen(() => currentChallenge(state, challengeId, this.#now()), state) };
  }

  #isOpen(current: () => unknown, state: Parameters<typeof refuseNotOpen>[0]): boolean {
    try {
      refuseNotOpen(state, this.#now());
      current();
      return true;
    } catch (error) {
      if (error instanceof RuleViolation) return false;
      throw error;
    }
  }

  #now = (): string => this.clock.now().toISOString();
}
