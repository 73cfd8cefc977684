import { createHash } from 'node:crypto';
import type { Language } from '#libs/domain/account/lifecycle';
import { predefinedNames, predefinedText } from '#libs/domain/questions/predefined-questions';
import type { QuestionRules } from '#libs/domain/tenant/policy';

export interface Question {
  questionId: string;
  text: string;
}

/** What a person may choose from: the questions everybody has, and the tenant's own, which it writes in one language. */
export const questionChoices = ({ custom }: QuestionRules, language: Language): Question[] => [
  ...custom.map((text) => ({ questionId: customId(text), text })),
  ...predefinedNames.map((questionId) => ({ questionId, text: predefinedText(questionId, language)! })),
];

/** Follows from the text: reworded, it is another question. */
const customId = (text: string): string => `custom-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
