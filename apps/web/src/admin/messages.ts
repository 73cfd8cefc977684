import { useLanguage } from '../messages/language.js';
import { adminCatalogues } from './catalogues.js';
import type { AdminMessages } from './messages-en.js';

/** The texts of administration, which only its own pages load. */
export const useAdminMessages = (): AdminMessages => adminCatalogues[useLanguage().language];
