import type { PhoneLanguage } from './language.js';

export interface CallFacts {
  organisation: string;
  purpose: 'reset-password' | 'unlock-account' | 'register-number' | 'confirm-change';
}

/** What a call says: the question until a key is pressed, and what follows. */
export interface CallScript {
  question: string;
  /** after `#` */
  confirmed: string;
  /** after `*` */
  denied: string;
  /** nothing was pressed, or something else */
  again: string;
  /** the challenge is over: superseded, expired, answered before */
  tooLate: string;
  goodbye: string;
}

/** A call in every language we speak. A language left out does not compile. */
const scripts: Readonly<Record<PhoneLanguage, (facts: CallFacts) => CallScript>> = {
  en: ({ organisation, purpose }) => ({
    question: `Hello. This is ${organisation}. ${purposes.en[purpose]} If this was you, press the pound key. If it was not you, press the star key.`,
    confirmed: 'Thank you. You can go on at your screen. Goodbye.',
    denied: 'Thank you for telling us. Nothing was changed, and the request has been stopped. Goodbye.',
    again: 'That key means nothing here.',
    tooLate: 'This request is no longer open. Nothing was changed. Goodbye.',
    goodbye: 'We heard no answer. Nothing was changed. Goodbye.',
  }),
  ja: ({ organisation, purpose }) => ({
    question: `こちらは、${organisation}です。${purposes.ja[purpose]}ご本人によるお手続きの場合は、シャープを押してください。お心当たりがない場合は、アスタリスク、米印を押してください。`,
    confirmed: 'ありがとうございました。画面に戻って、お手続きをお続けください。失礼いたします。',
    denied: 'お知らせいただき、ありがとうございました。お手続きは中止し、何も変更されていません。失礼いたします。',
    again: '押されたキーは、お使いいただけません。',
    tooLate: 'このお手続きは、すでに終了しています。何も変更されていません。失礼いたします。',
    goodbye: 'ご応答を確認できませんでした。何も変更されていません。失礼いたします。',
  }),
};

export const callScript = (facts: CallFacts, language: PhoneLanguage): CallScript => scripts[language](facts);

const purposes = {
  en: {
    'reset-password': 'Somebody asked to reset the password of your account.',
    'unlock-account': 'Somebody asked to unlock your account.',
    'register-number': 'Somebody asked to register this number for your account.',
    'confirm-change': 'Somebody signed in to your account wants to change how you sign in.',
  },
  ja: {
    'reset-password': 'お客様のアカウントについて、パスワードリセットのお手続きを受け付けました。',
    'unlock-account': 'お客様のアカウントについて、ロック解除のお手続きを受け付けました。',
    'register-number': 'お客様のアカウントに、この電話番号を登録するお手続きを受け付けました。',
    'confirm-change': 'お客様のアカウントで、サインイン方法を変更するお手続きを受け付けました。',
  },
};
