import type { Spoken } from './phones.js';

export interface Script {
  spoken: Spoken[];
  /** Where the next key is told, if one is waited for. */
  gather: { action: string; finishOnKey: string } | undefined;
}

/**
 * Runs as much of TwiML as our calls use: `Say`, and `Gather` around `Say`. Stops at the first `Gather`: a person listens
 * to the end before they press a key. (https://www.twilio.com/docs/voice/twiml/gather)
 */
export function runTwiml(xml: string): Script {
  const spoken: Spoken[] = [];
  for (const [, name, attributes = '', inner = ''] of xml.matchAll(/<(Say|Gather)\b([^>]*?)(?:\/>|>(.*?)<\/\1>)/gs)) {
    if (name === 'Say') {
      spoken.push({ language: attribute(attributes, 'language') ?? 'en', text: text(inner) });
      continue;
    }
    spoken.push(...runTwiml(inner).spoken);
    const action = attribute(attributes, 'action');
    if (action) return { spoken, gather: { action, finishOnKey: attribute(attributes, 'finishOnKey') ?? '#' } };
  }
  return { spoken, gather: undefined };
}

function attribute(attributes: string, name: string): string | undefined {
  const found = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1];
  return found === undefined ? undefined : text(found);
}

const text = (markup: string): string =>
  markup
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(x?)([0-9a-f]+);/gi, (_, hex: string, n: string) => String.fromCodePoint(parseInt(n, hex ? 16 : 10)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')
    .trim();
