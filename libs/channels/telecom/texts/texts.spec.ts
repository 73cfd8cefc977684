import { callScript } from './call-scripts.js';
import { phoneLanguage } from './language.js';
import { renderText, textMessages, type TextData, type TextKind } from './text-messages.js';

const samples: { [Kind in TextKind]: TextData<Kind> } = {
  'verification-word': { organisation: 'Contoso', code: 'abandon absolute', validMinutes: 10 },
  'temporary-access-pass': { organisation: 'Contoso', code: '1234567890', validMinutes: 60 },
  'verification-code': { organisation: 'Contoso', code: '123456', validMinutes: 5, purpose: 'reset-password' },
};
const kinds = Object.keys(textMessages) as TextKind[];
const japanese = /[\u3040-\u30ff\u4e00-\u9fff]/;

describe.each(kinds)('the text message %s', (kind) => {
  it('fits one message on the bill in Japanese, and names the organisation', () => {
    const text = renderText(kind, samples[kind], 'ja');
    expect(text).toMatch(japanese);
    expect(text).toContain('Contoso');
    expect(text.length).toBeLessThanOrEqual(70);
  });

  it('fits one message in English, in letters every phone has', () => {
    const text = renderText(kind, samples[kind], 'en');
    expect(text).toMatch(/^[\x20-\x7e]{20,160}$/);
    expect(text).toContain('Contoso');
  });

  it('stays one line whatever stands in a name', () => {
    const text = renderText(kind, { ...samples[kind], organisation: 'Con\r\ntoso\u202e\u2028x' }, 'en');
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });
});

describe.each(['en', 'ja'] as const)('a call in %s', (language) => {
  const script = callScript({ organisation: 'Contoso', purpose: 'reset-password' }, language);

  it('names the organisation and says which keys there are', () => {
    expect(script.question).toContain('Contoso');
    expect(script.question).toMatch(language === 'en' ? /pound key.*star key/ : /シャープ.*米印/);
  });

  it('speaks its language', () => {
    for (const said of Object.values(script)) expect(japanese.test(said as string)).toBe(language === 'ja');
  });
});

it.each([
  ['ja', 'ja'],
  ['ja-JP', 'ja'],
  ['en-GB', 'en'],
  ['fr', 'en'],
  [undefined, 'en'],
])('a person whose language is %s is spoken to in %s', (tag, language) => expect(phoneLanguage(tag)).toBe(language));
