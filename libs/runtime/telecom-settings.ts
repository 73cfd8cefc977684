import { isLoopback, smppUrl } from './setting-parsers.js';
import type { Environment, ReadSetting, Settings } from './settings.js';

export interface TwilioSettings {
  readonly accountSid: string;
  readonly authToken: string;
  /** E.164, a sender's name or a messaging service (`MG…`) */
  readonly from: string;
  readonly baseUrl: URL;
}

/** Who carries text messages and calls; nobody does where neither is set. */
export interface TelecomSettings {
  readonly twilio: TwilioSettings | undefined;
  /** `smpp://user:password@host:port?from=sender`, or `ssmpp://…` over TLS */
  readonly smppUrl: string | undefined;
}

/** What the carriers that are set can carry. */
export const carried = ({ twilio, smppUrl }: TelecomSettings): { texts: boolean; calls: boolean } => ({
  texts: twilio !== undefined || smppUrl !== undefined,
  calls: twilio !== undefined,
});

const twilioNames = ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM'] as const;

export function readTelecom(read: ReadSetting): TelecomSettings {
  const accountSid = read('TWILIO_ACCOUNT_SID', accountId, undefined);
  const authToken = read('TWILIO_AUTH_TOKEN', secret, undefined);
  const from = read('TWILIO_FROM', sender, undefined);
  const baseUrl = new URL(read('TWILIO_BASE_URL', reachable, 'https://api.twilio.com'));
  const twilio = accountSid && authToken && from ? { accountSid, authToken, from, baseUrl } : undefined;
  return { twilio, smppUrl: read('SMPP_URL', smppUrl, undefined) };
}

export function telecomContradictions({ telecom, outside }: Settings, env: Environment): string[] {
  const wrong: string[] = [];
  const missing = twilioNames.filter((name) => !env[name]);
  if (missing.length > 0 && missing.length < twilioNames.length) {
    wrong.push(`${missing.join(' and ')} is missing: Twilio needs ${twilioNames.join(', ')} together.`);
  }
  if (env.TWILIO_BASE_URL && missing.length === twilioNames.length) {
    wrong.push(`TWILIO_BASE_URL alone does nothing: set ${twilioNames.join(', ')} too, or remove it.`);
  }
  if (outside === 'simulated') {
    if (telecom.twilio && !isLoopback(telecom.twilio.baseUrl.hostname)) {
      wrong.push(
        'KEYTURN_OUTSIDE=simulated never sends real messages: remove TWILIO_… or point TWILIO_BASE_URL at a loopback address.',
      );
    }
    if (telecom.smppUrl && !isLoopback(new URL(telecom.smppUrl).hostname)) {
      wrong.push(
        'KEYTURN_OUTSIDE=simulated never sends real messages: remove SMPP_URL or point it at a loopback address.',
      );
    }
  }
  return wrong;
}

function accountId(text: string): string {
  if (!/^AC[0-9a-f]{32}$/.test(text)) throw new Error('must be AC and 32 hexadecimal digits, as Twilio shows it.');
  return text;
}

/** The value is never repeated in the message. */
function secret(text: string): string {
  if (text.length < 16) throw new Error('is shorter than any token of Twilio.');
  return text;
}

function sender(text: string): string {
  if (!/^(\+[1-9]\d{6,14}|MG[0-9a-f]{32}|[A-Za-z0-9 ]{1,11})$/.test(text)) {
    throw new Error('must be a number such as +15005550006, a messaging service (MG…) or a name of up to 11 letters.');
  }
  return text;
}

/** The token and codes go there: in clear only within this machine. */
function reachable(text: string): string {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed?.protocol !== 'https:' && !(parsed?.protocol === 'http:' && isLoopback(parsed.hostname))) {
    throw new Error('must be an address beginning with https://, or http:// on this machine.');
  }
  return text;
}
