import { en, type HelpdeskMessages } from './messages-en.js';
import { ja } from './messages-ja.js';

export const helpdeskCatalogues: Record<'en' | 'ja', HelpdeskMessages> = { en, ja };
