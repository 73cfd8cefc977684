import { dateAndTime } from './date-and-time.js';
import { oneLine, paragraph } from './letter.js';
import { noticeFooter } from './security-notice.js';
import { template } from './template.js';

export interface PasswordExpiresSoon {
  organisation: string;
  /** whom it is about, masked */
  account: string;
  /** from then on the password only opens the page where it is changed */
  expiresAt: Date;
  /** whom to ask: a link, an address or a number */
  helpdesk?: string;
}

/** Told to the owner some days before a password expires. It has no link: mails that ask for passwords look like that. */
export const passwordExpiresSoon = template<PasswordExpiresSoon>({
  en: ({ organisation, account, expiresAt, helpdesk }) => {
    const name = oneLine(organisation);
    return {
      subject: `Your ${name} password expires soon`,
      preview: 'Please change it when you next sign in.',
      body: [
        paragraph(
          `The password of your ${name} account expires soon. Please sign in as usual and change it before then.`,
        ),
        {
          kind: 'facts',
          rows: [
            ['Account', oneLine(account)],
            ['Expires', dateAndTime(expiresAt, 'en')],
          ],
        },
        paragraph('Afterwards you can still sign in with it once more, to choose a new one.'),
        ...(helpdesk ? [paragraph(`Your helpdesk: ${oneLine(helpdesk)}`)] : []),
      ],
      footer: noticeFooter(name, 'en'),
    };
  },
  ja: ({ organisation, account, expiresAt, helpdesk }) => {
    const name = oneLine(organisation);
    return {
      subject: `【${name}】パスワードの有効期限が近づいています`,
      preview: '次回サインインの際に、パスワードの変更をお願いいたします。',
      body: [
        paragraph(
          `${name} のアカウントのパスワードは、まもなく有効期限を迎えます。お手数ですが、期限までに通常どおりサインインし、パスワードを変更してください。`,
        ),
        {
          kind: 'facts',
          rows: [
            ['アカウント', oneLine(account)],
            ['有効期限', dateAndTime(expiresAt, 'ja')],
          ],
        },
        paragraph('期限を過ぎた場合も、現在のパスワードを入力すると、新しいパスワードの設定画面に進めます。'),
        ...(helpdesk ? [paragraph(`ヘルプデスク: ${oneLine(helpdesk)}`)] : []),
      ],
      footer: noticeFooter(name, 'ja'),
    };
  },
});
