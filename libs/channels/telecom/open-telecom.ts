import type { TelecomSettings } from '#libs/runtime/telecom-settings';
import { Telecom } from './telecom.js';
import { twilioCarrier } from './twilio/twilio-carrier.js';

/** The carriers that are set, in order of preference. */
export const openTelecom = ({ twilio }: TelecomSettings, publicUrl: URL): Telecom =>
  new Telecom([...(twilio ? [twilioCarrier({ ...twilio, publicUrl })] : [])]);
