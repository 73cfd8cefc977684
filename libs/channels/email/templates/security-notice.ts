import { dateAndTime } from './date-and-time.js';
import type { MailLanguage } from './language.js';
import { oneLine, paragraph, type Block } from './letter.js';
import { notMeLink, type NotMe } from './not-me-link.js';

/** What every notice about an account says: what happened when, and what to do if it was not you. */
export interface SecurityNotice {
  organisation: string;
  /** as the person knows it, masked if the address may be shared */
  account?: string;
  at: Date;
  /** IANA name; UTC when omitted */
  timeZone?: string;
  /** coarse: a browser and a system, a city or a network, never a full IP address */
  where?: string;
  /** the link that undoes it; without one the notice sends its reader to the helpdesk */
  notMe?: NotMe;
  /** whom to ask: a link, an address or a number */
  helpdesk?: string;
}

/** @param happened what happened, as a paragraph */
export function noticeBody(data: SecurityNotice, language: MailLanguage, happened: string): Block[] {
  const words = texts[language];
  return [
    paragraph(happened),
    { kind: 'facts', rows: facts(data, language) },
    paragraph(words.you),
    ...(data.notMe
      ? [{ kind: 'link', why: words.notYou, label: words.notMe, href: notMeLink(data.notMe) } as const]
      : [paragraph(words.tellHelpdesk)]),
    ...(data.helpdesk ? [paragraph(`${words.helpdesk}: ${oneLine(data.helpdesk)}`)] : []),
  ];
}

export const noticeFooter = (organisation: string, language: MailLanguage): string[] =>
  texts[language].footer(organisation);

function facts(data: SecurityNotice, language: MailLanguage): (readonly [string, string])[] {
  const words = texts[language];
  return [
    ...(data.account ? [[words.account, oneLine(data.account)] as const] : []),
    [words.when, dateAndTime(data.at, language, data.timeZone)],
    ...(data.where ? [[words.where, oneLine(data.where)] as const] : []),
  ];
}

const texts = {
  en: {
    account: 'Account',
    when: 'When',
    where: 'Where',
    you: 'If this was you, there is nothing more to do.',
    notYou:
      'If this was not you, please tell us right away. We will then end every session, lock the new password and inform your administrators. The link works for 72 hours.',
    notMe: 'This was not me',
    tellHelpdesk:
      'If this was not you, please contact your helpdesk right away: somebody else may be using your account.',
    helpdesk: 'Your helpdesk',
    footer: (organisation: string) => [
      `Sent automatically for ${organisation} to every address registered for notices. Replies are not read.`,
      'We never ask for your password by e-mail.',
    ],
  },
  ja: {
    account: 'アカウント',
    when: '日時',
    where: '操作元',
    you: 'ご本人によるお手続きの場合、これ以上の操作は必要ありません。',
    notYou:
      'お心当たりがない場合は、お手数ですが、至急次のボタンからお知らせください。すべてのサインインを終了し、新しいパスワードを使用できない状態にしたうえで、管理者に通知いたします。リンクの有効期限は 72 時間です。',
    notMe: '心当たりがありません',
    tellHelpdesk:
      'お心当たりがない場合は、第三者がアカウントを使用しているおそれがあります。至急ヘルプデスクまでご連絡ください。',
    helpdesk: 'ヘルプデスク',
    footer: (organisation: string) => [
      `このメールは ${organisation} のシステムから、通知先としてご登録のすべてのアドレスに自動的に送信しています。`,
      'ご返信いただいてもお答えできません。メールでパスワードをお尋ねすることはありません。',
    ],
  },
};
