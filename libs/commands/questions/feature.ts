import type { Feature } from '../feature.js';
import { Questions } from './questions.js';
import { RegisterQuestionsHandler } from './register-questions.js';

export const questions: Feature = {
  handlers: [RegisterQuestionsHandler],
  parts: [Questions],
};
