import { oneLine, paragraph } from './letter.js';
import { template } from './template.js';

export interface VerificationCode {
  organisation: string;
  /** 6 to 10 digits */
  code: string;
  validMinutes: number;
  purpose: 'reset-password' | 'unlock-account' | 'register-address' | 'confirm-change';
}

/** Carries a one-time code. The code stands in the body only: subjects and previews are shown on locked screens. */
export const verificationCode = template<VerificationCode>({
  en: ({ organisation, code, validMinutes, purpose }) => {
    const name = oneLine(organisation);
    return {
      subject: `Your ${name} verification code`,
      preview: `Use this code within ${validMinutes} minutes ${purposes.en[purpose]}.`,
      body: [
        paragraph(
          `Somebody, we hope you, asked ${name} for a code ${purposes.en[purpose]}. Enter it on the page where you asked for it.`,
        ),
        { kind: 'code', label: 'Verification code', digits: code },
        paragraph(
          `The code can be used once and is valid for ${validMinutes} ${validMinutes === 1 ? 'minute' : 'minutes'}. If you ask for another one, this one stops working.`,
        ),
        paragraph(
          'If you did not ask for this, you can ignore this message: without the code nothing changes. Never give the code to anyone. Nobody at your organisation or its helpdesk will ask you for it.',
        ),
      ],
      footer: [`Sent automatically for ${name}. Replies to this address are not read.`],
    };
  },
  ja: ({ organisation, code, validMinutes, purpose }) => {
    const name = oneLine(organisation);
    return {
      subject: `【${name}】確認コードのお知らせ`,
      preview: `${validMinutes} 分以内に確認コードをご入力ください。`,
      body: [
        paragraph(
          `${name} のアカウントについて、${purposes.ja[purpose]}のお手続きを受け付けました。お手続き中の画面に、次の確認コードをご入力ください。`,
        ),
        { kind: 'code', label: '確認コード', digits: code },
        paragraph(
          `このコードは ${validMinutes} 分間有効で、一度だけお使いいただけます。新しいコードを発行された場合、このコードは無効になります。`,
        ),
        paragraph(
          'お心当たりがない場合は、このメールを破棄してください。コードが入力されない限り、アカウントに変更が加えられることはありません。また、このコードは絶対に他の人に知らせないでください。管理者やヘルプデスクの担当者がコードをお尋ねすることはありません。',
        ),
      ],
      footer: [
        `このメールは ${name} のシステムから自動的に送信しています。`,
        'ご返信いただいてもお答えできませんので、あらかじめご了承ください。',
      ],
    };
  },
});

const purposes = {
  en: {
    'reset-password': 'to reset the password of your account',
    'unlock-account': 'to unlock your account',
    'register-address': 'to confirm this e-mail address',
    'confirm-change': 'to confirm a change of your security information',
  },
  ja: {
    'reset-password': 'パスワードのリセット',
    'unlock-account': 'アカウントのロック解除',
    'register-address': 'メールアドレスの確認',
    'confirm-change': 'セキュリティ情報の変更の確認',
  },
};
