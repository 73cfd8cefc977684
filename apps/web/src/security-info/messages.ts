import { useLanguage } from '../messages/language.js';
import { securityCatalogues } from './catalogues.js';
import type { SecurityMessages } from './messages-en.js';

/** The texts of one's security information, which only its page loads. */
export const useSecurityMessages = (): SecurityMessages => securityCatalogues[useLanguage().language];
