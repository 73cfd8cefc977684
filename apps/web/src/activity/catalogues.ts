import { en, type ActivityMessages } from './messages-en.js';
import { ja } from './messages-ja.js';

export const activityCatalogues: Record<'en' | 'ja', ActivityMessages> = { en, ja };
