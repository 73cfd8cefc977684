import type { Feature } from '../feature.js';
import { CorrectOutcomeHandler } from './correct-outcome.js';
import { NoticesDisputed } from './notices-disputed.js';
import { ReportNotMeHandler } from './report-not-me.js';
import { ShowNotMeHandler } from './show-not-me.js';

export const notMe: Feature = {
  handlers: [CorrectOutcomeHandler, ReportNotMeHandler, ShowNotMeHandler],
  parts: [NoticesDisputed],
};
