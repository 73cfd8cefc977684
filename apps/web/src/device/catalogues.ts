import { deviceEn, type DeviceMessages } from './messages-en.js';
import { deviceJa } from './messages-ja.js';

export const deviceCatalogues: Record<'en' | 'ja', DeviceMessages> = { en: deviceEn, ja: deviceJa };
