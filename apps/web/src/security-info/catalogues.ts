import { securityEn, type SecurityMessages } from './messages-en.js';
import { securityJa } from './messages-ja.js';

export const securityCatalogues: Record<'en' | 'ja', SecurityMessages> = { en: securityEn, ja: securityJa };
