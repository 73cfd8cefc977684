import { createHash, randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Language } from '#libs/domain/account/lifecycle';
import { RuleViolation } from '#libs/domain/decider';
import { normalisedAnswer, type Answer } from '#libs/domain/questions/answers';
import { predefinedNames } from '#libs/domain/questions/predefined-questions';
import type { Offer } from '#libs/domain/recovery/recovery.events';
import type { Challenge, RecoveryState } from '#libs/domain/recovery/recovery.state';
import type { Policy } from '#libs/domain/tenant/policy';
import type { VaultRef } from '#libs/domain/vault-ref';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { PasswordHasher } from '#libs/vault/password-hasher';
import { Vault } from '#libs/vault/vault';
import { nowhere } from '../nowhere.js';
import { triedOn } from '../recovery/tried-on.js';
import type { RecoveryRequest } from '../recovery/recoveries.js';
import { step } from '../steps.js';
import { Tenants } from '../tenants/tenants.js';
import { readSheet, textOf, type SheetEntry } from './answer-sheet.js';
import type { Question } from './question-choices.js';

/** The questions of a recovery: drawn once, shown in the reader's language, compared slowly. */
@Injectable()
export class Questions {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly hasher: PasswordHasher,
    private readonly tenants: Tenants,
    private readonly clock: Clock,
  ) {}

  /** Some of those registered, in the order of registration: the ones drawn before, until they are answered. */
  async draw({ state, context }: RecoveryRequest, { contact }: Offer): Promise<readonly string[]> {
    const sheet = await this.#sheet(contact);
    const { policy } = await this.tenants.byId(state.tenantId ?? '');
    const registered = contact ? sheet.map(({ questionId }) => questionId) : plausible(state, policy);
    const questionIds = someOf(registered, policy.questions.toReset);
    const [decider, id] = triedOn(state);
    const now = this.clock.now().toISOString();
    const command = { type: 'DrawQuestions', data: { questionIds, now } } as const;
    const { state: owner } = await execute(this.store, decider, id, command, step(context, 'draw'));
    return owner.drawnQuestions?.questionIds ?? questionIds;
  }

  async shown({ questionIds, contact }: Challenge, language: Language): Promise<Question[] | undefined> {
    if (!questionIds) return undefined;
    const sheet = await this.#sheet(contact);
    return questionIds.map((questionId) => ({ questionId, text: textOf(sheet, questionId, language) }));
  }

  /** Every answer is compared, whatever the first one was, and a decoy's as slowly as anybody's. */
  async fit({ contact, questionIds = [] }: Challenge, answers: readonly Answer[]): Promise<boolean> {
    const sheet = await this.#sheet(contact);
    const fits = await Promise.all(
      questionIds.map((questionId) => {
        const hash = sheet.find((entry) => entry.questionId === questionId)?.hash;
        const typed = answers.find((one) => one.questionId === questionId)?.answer ?? '';
        return this.hasher.verify(hash, normalisedAnswer(typed));
      }),
    );
    return fits.length > 0 && fits.every(Boolean);
  }

  async #sheet(contact: VaultRef | null): Promise<readonly SheetEntry[]> {
    return readSheet(await this.vault.read(contact ?? nowhere, 'account/contact'));
  }
}

/** What was asked, each once, and nothing else: anything else is no try. @throws RuleViolation invalid-request */
export function refuseOtherAnswers({ questionIds = [] }: Challenge, answers: readonly Answer[]): void {
  const given = answers.map(({ questionId }) => questionId);
  const same = given.length === questionIds.length && questionIds.every((questionId) => given.includes(questionId));
  if (!same) throw new RuleViolation('invalid-request', { field: 'answers' });
}

function someOf(registered: readonly string[], count: number): readonly string[] {
  const left = [...registered];
  while (left.length > count) left.splice(randomInt(left.length), 1);
  return left;
}

/** The questions an unknown name would have registered, the same for the same name every time. */
function plausible({ subject }: RecoveryState, { questions }: Policy): readonly string[] {
  const seed = subject?.kind === 'decoy' ? subject.token : '';
  const rank = (name: string): string => createHash('sha256').update(seed).update(name).digest('hex');
  return predefinedNames
    .map((name) => [rank(name), name] as const)
    .sort()
    .slice(0, questions.toRegister)
    .map(([, name]) => name);
}
