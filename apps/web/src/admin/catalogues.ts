import { en, type AdminMessages } from './messages-en.js';
import { ja } from './messages-ja.js';

export const adminCatalogues: Record<'en' | 'ja', AdminMessages> = { en, ja };
