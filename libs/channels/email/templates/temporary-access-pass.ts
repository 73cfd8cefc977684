import { oneLine, paragraph } from './letter.js';
import { template } from './template.js';

export interface TemporaryAccessPass {
  organisation: string;
  /** 10 digits */
  code: string;
  validMinutes: number;
}

/** The one-time way in that a helpdesk sends. It stands in the body only, and leads to a new password and nothing else. */
export const temporaryAccessPass = template<TemporaryAccessPass>({
  en: ({ organisation, code, validMinutes }) => {
    const name = oneLine(organisation);
    return {
      subject: `Your ${name} temporary access pass`,
      preview: `Sign in with it within ${validMinutes} minutes and choose a new password.`,
      body: [
        paragraph(
          `The ${name} helpdesk has sent you a temporary access pass, as you asked on the phone. Enter it on the sign-in page instead of your password; you will then choose a new one.`,
        ),
        { kind: 'code', label: 'Temporary access pass', digits: code },
        paragraph(`It works once, within ${validMinutes} minutes.`),
        paragraph(
          'Your helpdesk cannot see it and will not ask you for it: never tell it to anyone. If you did not call your helpdesk, please tell them right away.',
        ),
      ],
      footer: [`Sent automatically for ${name}. Replies to this address are not read.`],
    };
  },
  ja: ({ organisation, code, validMinutes }) => {
    const name = oneLine(organisation);
    return {
      subject: `【${name}】一時アクセスパスのお知らせ`,
      preview: `${validMinutes} 分以内にサインインし、新しいパスワードを設定してください。`,
      body: [
        paragraph(
          `お電話でのご依頼により、${name} のヘルプデスクから一時アクセスパスをお送りします。サインイン画面で、パスワードの代わりにご入力ください。続けて新しいパスワードを設定していただきます。`,
        ),
        { kind: 'code', label: '一時アクセスパス', digits: code },
        paragraph(`このパスは ${validMinutes} 分間有効で、一度だけお使いいただけます。`),
        paragraph(
          'ヘルプデスクの担当者がこのパスを見ることはできません。お尋ねすることもありませんので、絶対に他の人に知らせないでください。ヘルプデスクへのお電話にお心当たりがない場合は、至急ご連絡ください。',
        ),
      ],
      footer: [
        `このメールは ${name} のシステムから自動的に送信しています。`,
        'ご返信いただいてもお答えできませんので、あらかじめご了承ください。',
      ],
    };
  },
});
