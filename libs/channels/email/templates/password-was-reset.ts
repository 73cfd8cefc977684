import { dateAndTime } from './date-and-time.js';
import { oneLine, paragraph, type Block } from './letter.js';
import { notMeLink, type NotMe } from './not-me-link.js';
import { template } from './template.js';

export interface PasswordWasReset {
  organisation: string;
  /** as the person knows it, masked if the address may be shared */
  account?: string;
  at: Date;
  /** IANA name; UTC when omitted */
  timeZone?: string;
  /** coarse: a browser and a system, a city or a network, never a full IP address */
  where?: string;
  notMe: NotMe;
  /** whom to ask: a link, an address or a number */
  helpdesk?: string;
}

/** Told to every notification address of an account after its password was reset. */
export const passwordWasReset = template<PasswordWasReset>({
  en: (data) => {
    const name = oneLine(data.organisation);
    return {
      subject: `Your ${name} password was reset`,
      preview: 'If this was you, there is nothing to do. If not, please act now.',
      body: [
        paragraph(
          `The password of your ${name} account has just been reset. All sessions that were open have been signed out.`,
        ),
        facts(data, 'en', ['Account', 'When', 'Where']),
        paragraph('If this was you, there is nothing more to do.'),
        {
          kind: 'link',
          why: 'If this was not you, please tell us right away. We will then end every session, lock the new password and inform your administrators. The link works for 72 hours.',
          label: 'This was not me',
          href: notMeLink(data.notMe),
        },
        ...(data.helpdesk ? [paragraph(`You can also contact your helpdesk: ${oneLine(data.helpdesk)}`)] : []),
      ],
      footer: [
        `Sent automatically for ${name} to every address registered for notices. Replies are not read.`,
        'We never ask for your password by e-mail.',
      ],
    };
  },
  ja: (data) => {
    const name = oneLine(data.organisation);
    return {
      subject: `【${name}】パスワードが再設定されました`,
      preview: 'お心当たりがない場合は、至急お手続きをお願いいたします。',
      body: [
        paragraph(
          `${name} のアカウントのパスワードが再設定されましたので、お知らせいたします。安全のため、ほかの端末でのサインインはすべて終了しました。`,
        ),
        facts(data, 'ja', ['アカウント', '日時', '操作元']),
        paragraph('ご本人によるお手続きの場合、これ以上の操作は必要ありません。'),
        {
          kind: 'link',
          why: 'お心当たりがない場合は、お手数ですが、至急次のボタンからお知らせください。すべてのサインインを終了し、新しいパスワードを使用できない状態にしたうえで、管理者に通知いたします。リンクの有効期限は 72 時間です。',
          label: '心当たりがありません',
          href: notMeLink(data.notMe),
        },
        ...(data.helpdesk ? [paragraph(`ヘルプデスクへのお問い合わせ: ${oneLine(data.helpdesk)}`)] : []),
      ],
      footer: [
        `このメールは ${name} のシステムから、通知先としてご登録のすべてのアドレスに自動的に送信しています。`,
        'ご返信いただいてもお答えできません。メールでパスワードをお尋ねすることはありません。',
      ],
    };
  },
});

function facts(data: PasswordWasReset, language: 'en' | 'ja', [account, when, where]: [string, string, string]): Block {
  const rows: [string, string][] = [[when, dateAndTime(data.at, language, data.timeZone)]];
  if (data.account) rows.unshift([account, oneLine(data.account)]);
  if (data.where) rows.push([where, oneLine(data.where)]);
  return { kind: 'facts', rows };
}
