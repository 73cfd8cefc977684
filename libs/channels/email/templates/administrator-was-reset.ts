import { dateAndTime } from './date-and-time.js';
import { oneLine, paragraph } from './letter.js';
import { noticeFooter } from './security-notice.js';
import { template } from './template.js';

export interface AdministratorWasReset {
  organisation: string;
  /** whose password it is, masked */
  account: string;
  at: Date;
}

/** Told to all other administrators, where the policy says so, when one of them reset their password. */
export const administratorWasReset = template<AdministratorWasReset>({
  en: ({ organisation, account, at }) => {
    const name = oneLine(organisation);
    return {
      subject: `${name}: an administrator reset their password`,
      preview: 'You need do nothing if you expected this.',
      body: [
        paragraph(`An administrator of ${name} has reset their password by self-service.`),
        {
          kind: 'facts',
          rows: [
            ['Account', oneLine(account)],
            ['When', dateAndTime(at, 'en')],
          ],
        },
        paragraph('If this looks wrong to you, please ask that person in another way than by e-mail.'),
      ],
      footer: noticeFooter(name, 'en'),
    };
  },
  ja: ({ organisation, account, at }) => {
    const name = oneLine(organisation);
    return {
      subject: `【${name}】管理者がパスワードをリセットしました`,
      preview: 'お心当たりがある場合、操作は必要ありません。',
      body: [
        paragraph(`${name} の管理者が、セルフサービスでパスワードをリセットしましたので、お知らせいたします。`),
        {
          kind: 'facts',
          rows: [
            ['アカウント', oneLine(account)],
            ['日時', dateAndTime(at, 'ja')],
          ],
        },
        paragraph('不審に思われる場合は、メール以外の方法でご本人にご確認ください。'),
      ],
      footer: noticeFooter(name, 'ja'),
    };
  },
});
