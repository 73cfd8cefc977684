import { useLanguage } from '../messages/language.js';
import { helpdeskCatalogues } from './catalogues.js';
import type { HelpdeskMessages } from './messages-en.js';

/** The texts of the helpdesk, which only its page loads. */
export const useHelpdeskMessages = (): HelpdeskMessages => helpdeskCatalogues[useLanguage().language];
