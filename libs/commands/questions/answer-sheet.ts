import type { Language } from '#libs/domain/account/lifecycle';
import { normalisedAnswer, type Answer } from '#libs/domain/questions/answers';
import { predefinedText } from '#libs/domain/questions/predefined-questions';
import type { PasswordHasher } from '#libs/vault/password-hasher';
import type { Question } from './question-choices.js';

/** One registered question, as it lies in the vault. */
export interface SheetEntry {
  readonly questionId: string;
  /** Of a question of the tenant's own, which the tenant may have dropped since. */
  readonly text?: string;
  /** argon2id, as of a password: nobody can read an answer back. */
  readonly hash: string;
}

/** @param choices where the texts of the tenant's own questions come from */
export async function writeSheet(
  answers: readonly Answer[],
  choices: readonly Question[],
  hasher: PasswordHasher,
): Promise<string> {
  const entries = await Promise.all(
    answers.map(async ({ questionId, answer }): Promise<SheetEntry> => {
      const own = predefinedText(questionId, 'en') === undefined;
      const text = own ? choices.find((one) => one.questionId === questionId)?.text : undefined;
      return { questionId, ...(text !== undefined && { text }), hash: await hasher.hash(normalisedAnswer(answer)) };
    }),
  );
  return JSON.stringify(entries);
}

export const readSheet = (value: Buffer | undefined): readonly SheetEntry[] =>
  value ? (JSON.parse(value.toString()) as SheetEntry[]) : [];

export const textOf = (sheet: readonly SheetEntry[], questionId: string, language: Language): string =>
  predefinedText(questionId, language) ?? sheet.find((entry) => entry.questionId === questionId)?.text ?? '';
