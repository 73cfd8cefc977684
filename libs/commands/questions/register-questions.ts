import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account, type AccountCommand } from '#libs/domain/account/account';
import { RuleViolation } from '#libs/domain/decider';
import { refuseUnfitAnswers, type Answer } from '#libs/domain/questions/answers';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { PasswordHasher } from '#libs/vault/password-hasher';
import { Vault } from '#libs/vault/vault';
import type { Caller } from '../caller.js';
import { changeNotices } from '../methods/change-notices.js';
import { OwnMethodsView, registrable, type OwnMethods } from '../methods/own-methods.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { derivedId } from '../steps.js';
import { Tenants } from '../tenants/tenants.js';
import { writeSheet } from './answer-sheet.js';
import { questionChoices } from './question-choices.js';

/** Registers a person's questions with their answers, in the place of those they had. */
export class RegisterQuestions extends Command<OwnMethods> {
  constructor(
    readonly who: Authenticated,
    readonly answers: readonly Answer[],
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(RegisterQuestions)
export class RegisterQuestionsHandler implements ICommandHandler<RegisterQuestions> {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly hasher: PasswordHasher,
    private readonly tenants: Tenants,
    private readonly own: OwnMethodsView,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation method-not-available, answers-unfit */
  async execute({ who, answers, caller }: RegisterQuestions): Promise<OwnMethods> {
    const { accountId } = who;
    const tenant = await this.tenants.byId(who.account.tenantId);
    const { policy } = tenant;
    const others = { ...who.account, methods: who.account.methods.filter(({ method }) => method !== questions) };
    if (!registrable(others, tenant).includes(questions)) throw new RuleViolation('method-not-available');
    const choices = questionChoices(policy.questions, 'en');
    refuseUnfitAnswers(
      answers,
      policy.questions,
      choices.map(({ questionId }) => questionId),
    );
    const context = await this.own.contextOf(who, 'me/methods/questions', caller);
    const value = await writeSheet(answers, choices, this.hasher);
    const contact = await this.vault.seal({ owner: accountId, place: 'account/contact', value });
    const methodId = derivedId(context.commandId, questions);
    const { gatesRequired, limits } = policy;
    const now = this.clock.now().toISOString();
    const register = (state: Authenticated['account']): AccountCommand => {
      const old = state.methods.find(({ method }) => method === questions);
      const registers = {
        methods: [{ methodId, method: questions, questionCount: answers.length }],
        ...(old && { replaces: old.methodId }),
      };
      const registration = { gatesRequired, coolingOffHours: limits.coolingOffHours };
      const notices = changeNotices(state, registers, context.commandId);
      return { type: 'RegisterAtOnce', data: { registers, contact, registration, notices, now } };
    };
    return this.own.of((await execute(this.store, account, accountId, register, context)).state);
  }
}

const questions = 'security-questions' as const;
