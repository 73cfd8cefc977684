import twilio from 'twilio';
import type { CallScript } from '../texts/call-scripts.js';
import type { PhoneLanguage } from '../texts/language.js';

const voices = { en: 'en-US', ja: 'ja-JP' } as const satisfies Record<PhoneLanguage, string>;

/** Asks for one key, a second time when nothing is pressed. `#` counts as a key: usually it would only end the entry. */
export function askTwiml(script: CallScript, language: PhoneLanguage, action: string, wrongKey = false): string {
  const response = new twilio.twiml.VoiceResponse();
  const say = { language: voices[language] };
  for (const preface of [wrongKey ? script.again : '', '']) {
    const gather = response.gather({
      input: ['dtmf'],
      numDigits: 1,
      finishOnKey: '',
      timeout: 8,
      action,
      method: 'POST',
    });
    gather.say(say, `${preface} ${script.question}`.trim());
  }
  response.say(say, script.goodbye);
  return response.toString();
}

export function sayTwiml(text: string, language: PhoneLanguage): string {
  const response = new twilio.twiml.VoiceResponse();
  response.say({ language: voices[language] }, text);
  response.hangup();
  return response.toString();
}
