import type { Feature } from '../feature.js';
import { PhoneLimits } from './phone-limits.js';
import { TelecomBudget } from './telecom-budget.js';

export const telecom: Feature = {
  handlers: [],
  parts: [PhoneLimits, TelecomBudget],
};
