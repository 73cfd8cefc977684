import { hours, isBefore, plus, type Instant } from '../time.js';
import type { Part } from './part.js';

/** Which questions are asked: the same ones until they are answered, so that nobody draws until an easy set comes. */
export interface DrawnQuestions {
  readonly drawnQuestions: { readonly questionIds: readonly string[]; readonly expiresAt: Instant } | null;
}

export interface DrawnQuestionCommands {
  DrawQuestions: { questionIds: readonly string[]; now: Instant };
}

export interface DrawnQuestionEvents {
  QuestionsDrawn: { accountId: string; questionIds: readonly string[]; expiresAt: Instant; at: Instant };
}

export const noneDrawn: DrawnQuestions = { drawnQuestions: null };

/** Questions of an unknown name are drawn alike. */
export const drawnQuestions: Part<DrawnQuestionCommands, DrawnQuestionEvents> = {
  decide: {
    DrawQuestions({ questionIds, now: at }, state) {
      const drawn = state.drawnQuestions;
      if (drawn && isBefore(at, drawn.expiresAt)) return [];
      const expiresAt = plus(at, hours(24));
      return [{ type: 'QuestionsDrawn', data: { accountId: state.accountId ?? '', questionIds, expiresAt, at } }];
    },
  },
  evolve: {
    QuestionsDrawn: (state, { questionIds, expiresAt }) => ({ ...state, drawnQuestions: { questionIds, expiresAt } }),
  },
};
