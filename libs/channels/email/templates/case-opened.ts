import { dateAndTime } from './date-and-time.js';
import { oneLine, paragraph } from './letter.js';
import { noticeFooter } from './security-notice.js';
import { template } from './template.js';

export interface CaseOpened {
  organisation: string;
  /** whom it is about, masked */
  account: string;
  caseNumber: string;
  at: Date;
}

/** Told to every administrator when somebody disowned a password of theirs. */
export const caseOpened = template<CaseOpened>({
  en: ({ organisation, account, caseNumber, at }) => {
    const name = oneLine(organisation);
    return {
      subject: `${name}: somebody reported "this was not me"`,
      preview: 'All sessions were ended. Please look into it.',
      body: [
        paragraph(
          `Somebody at ${name} followed the link in a security notice and reported that they did not set the new password themselves. Their sessions have been ended, the password has been locked, and their sign-in methods cannot be changed for now.`,
        ),
        {
          kind: 'facts',
          rows: [
            ['Account', oneLine(account)],
            ['Case', caseNumber],
            ['When', dateAndTime(at, 'en')],
          ],
        },
        paragraph(
          'Please make sure that the account is in its owner’s hands before you lift this. An authentication administrator can do so in the helpdesk.',
        ),
      ],
      footer: noticeFooter(name, 'en'),
    };
  },
  ja: ({ organisation, account, caseNumber, at }) => {
    const name = oneLine(organisation);
    return {
      subject: `【${name}】「心当たりがない」との申告がありました`,
      preview: 'すべてのセッションを終了しました。ご確認をお願いいたします。',
      body: [
        paragraph(
          `${name} の利用者から、セキュリティ通知のリンクを通じて「パスワードの変更に心当たりがない」との申告がありました。該当アカウントのセッションはすべて終了し、パスワードは使用できない状態にしました。また、サインイン方法の変更も停止しています。`,
        ),
        {
          kind: 'facts',
          rows: [
            ['アカウント', oneLine(account)],
            ['受付番号', caseNumber],
            ['日時', dateAndTime(at, 'ja')],
          ],
        },
        paragraph(
          'アカウントがご本人の管理下にあることをご確認のうえ、解除してください。解除は認証管理者がヘルプデスク画面から行えます。',
        ),
      ],
      footer: noticeFooter(name, 'ja'),
    };
  },
});
