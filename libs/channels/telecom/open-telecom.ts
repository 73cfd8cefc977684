import type { TelecomSettings } from '#libs/runtime/telecom-settings';
import type { Carrier } from './carrier.js';
import { smppCarrier, type SmppOptions } from './smpp/smpp-carrier.js';
import { Telecom } from './telecom.js';
import { twilioCarrier } from './twilio/twilio-carrier.js';

/** The carriers that are set, in order of preference. */
export function openTelecom(
  { twilio, smppUrl }: TelecomSettings,
  publicUrl: URL,
  smpp: Pick<SmppOptions, 'sent' | 'onReceipt'>,
): Telecom {
  const carriers: Carrier[] = [];
  if (twilio) carriers.push(twilioCarrier({ ...twilio, publicUrl }));
  if (smppUrl) carriers.push(smppCarrier({ url: smppUrl, ...smpp }));
  return new Telecom(carriers);
}
