import { RuleViolation } from '../decider.js';
import type { QuestionRules } from '../tenant/policy.js';

export interface Answer {
  readonly questionId: string;
  readonly answer: string;
}

/** As answers are compared: whatever somebody types in another width, case or spacing is the same answer. */
export const normalisedAnswer = (answer: string): string =>
  answer.normalize('NFKC').toLowerCase().normalize('NFKC').replace(/\s+/gu, '');

/**
 * Whether these may be registered; `known` are the questions there are to choose from.
 * @throws RuleViolation answers-unfit with `why`, and with `questionId` where one question is at fault
 */
export function refuseUnfitAnswers(
  answers: readonly Answer[],
  { toRegister }: QuestionRules,
  known: readonly string[],
): void {
  const unfit = (why: string, questionId?: string) =>
    new RuleViolation('answers-unfit', { why, ...(questionId !== undefined && { questionId }) });
  if (answers.length < toRegister || answers.length > mostQuestions) throw unfit('count');
  const [questions, texts] = [new Set<string>(), new Set<string>()];
  for (const { questionId, answer } of answers) {
    if (!known.includes(questionId)) throw unfit('unknown-question');
    if (questions.has(questionId)) throw unfit('question-twice', questionId);
    const text = normalisedAnswer(answer);
    const length = [...text].length;
    if (length < 3 || length > 40) throw unfit('answer-length', questionId);
    if (texts.has(text)) throw unfit('answer-twice', questionId);
    questions.add(questionId);
    texts.add(text);
  }
}

export const mostQuestions = 5;
