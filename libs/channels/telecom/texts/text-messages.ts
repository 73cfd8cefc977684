import type { PhoneLanguage } from './language.js';

type Text<Data> = Readonly<Record<PhoneLanguage, (data: Data) => string>>;

export interface VerificationText {
  organisation: string;
  code: string;
  validMinutes: number;
  purpose: 'reset-password' | 'unlock-account' | 'register-number' | 'confirm-change';
}

export interface CarriedText {
  organisation: string;
  /** digits, or words to be read out */
  code: string;
  validMinutes: number;
}

/** Every text message we send, by the name that stands in events. A language left out does not compile. */
export const textMessages = {
  // 70 characters of Japanese are one message on the bill: the essential part comes first and fits.
  'verification-code': {
    en: ({ organisation, code, validMinutes, purpose }) =>
      `${code} is your ${organisation} code ${purposes.en[purpose]}. Valid for ${validMinutes} min. Never give it to anyone, not even your helpdesk.`,
    ja: ({ organisation, code, validMinutes, purpose }) =>
      `${code} は${organisation}の${purposes.ja[purpose]}用の確認コードです（${validMinutes}分間有効）。誰にも教えないでください。`,
  } satisfies Text<VerificationText>,
  'verification-word': {
    en: ({ organisation, code }) =>
      `${organisation}: only read this to your helpdesk on the phone: "${code}". It opens nothing. Tell them no other code.`,
    ja: ({ organisation, code }) => `${organisation}：お電話中のヘルプデスクだけにお伝えください「${code}」`,
  } satisfies Text<CarriedText>,
  'temporary-access-pass': {
    en: ({ organisation, code, validMinutes }) =>
      `${code} is your ${organisation} temporary access pass, valid once within ${validMinutes} min. Your helpdesk never asks for it.`,
    ja: ({ organisation, code, validMinutes }) =>
      `${code} は${organisation}の一時アクセスパスです（${validMinutes}分間・1回限り有効）。誰にも教えないでください。`,
  } satisfies Text<CarriedText>,
};

export type TextKind = keyof typeof textMessages;
export const isTextKind = (name: string): name is TextKind => Object.hasOwn(textMessages, name);
export type TextData<Kind extends TextKind> = Parameters<(typeof textMessages)[Kind]['en']>[0];

export function renderText<Kind extends TextKind>(kind: Kind, data: TextData<Kind>, language: PhoneLanguage): string {
  const render = textMessages[kind][language] as (data: TextData<Kind>) => string;
  return oneLine(render(data));
}

/** Whatever stands in a name, a text stays one line: nothing passes for a second message. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');

const purposes = {
  en: {
    'reset-password': 'to reset your password',
    'unlock-account': 'to unlock your account',
    'register-number': 'to confirm this number',
    'confirm-change': 'to change how you sign in',
  },
  ja: {
    'reset-password': 'パスワードリセット',
    'unlock-account': 'ロック解除',
    'register-number': '電話番号確認',
    'confirm-change': '登録変更',
  },
};
