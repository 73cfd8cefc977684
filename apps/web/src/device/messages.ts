import { useLanguage } from '../messages/language.js';
import { deviceCatalogues } from './catalogues.js';
import type { DeviceMessages } from './messages-en.js';

/** The texts of the authenticator, which only its page loads. */
export const useDeviceMessages = (): DeviceMessages => deviceCatalogues[useLanguage().language];
