import { useLanguage } from '../messages/language.js';
import { activityCatalogues } from './catalogues.js';
import type { ActivityMessages } from './messages-en.js';

/** The texts of one's own activity, which only its page loads. */
export const useActivityMessages = (): ActivityMessages => activityCatalogues[useLanguage().language];
