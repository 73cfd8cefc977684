const en = {
  title: 'Mailbox of the simulated world',
  intro: 'Every mail that Keyturn sends ends here, whoever it is for. Nothing leaves this machine.',
  addresses: 'Mailboxes',
  everybody: 'Everybody',
  mails: 'Mails',
  none: 'No mail yet.',
  subject: 'Subject',
  from: 'From',
  to: 'To',
  received: 'Received',
  messageId: 'Message-ID',
  asHtml: 'As the person sees it',
  asText: 'As plain text',
  back: 'Back to the mails',
  arrived: 'New mail has arrived.',
  skip: 'Skip to the mails',
  otherLanguage: '日本語',
  noSubject: '(no subject)',
};

export type PageMessages = Record<keyof typeof en, string>;

const ja: PageMessages = {
  title: '模擬環境のメールボックス',
  intro: 'Keyturn が送信したメールは、宛先にかかわらずすべてここに届きます。このマシンの外には何も送信されません。',
  addresses: 'メールボックス',
  everybody: 'すべて',
  mails: 'メール',
  none: 'メールはまだありません。',
  subject: '件名',
  from: '差出人',
  to: '宛先',
  received: '受信日時',
  messageId: 'Message-ID',
  asHtml: '受信者に見える表示',
  asText: 'テキスト形式',
  back: 'メール一覧に戻る',
  arrived: '新しいメールが届きました。',
  skip: 'メール一覧へ移動',
  otherLanguage: 'English',
  noSubject: '(件名なし)',
};

export const pageMessages = { en, ja };
export type PageLanguage = keyof typeof pageMessages;

/** From `?lang=`, else the first language of the browser that we have. */
export function pageLanguage(asked: unknown, accepted: string | undefined): PageLanguage {
  if (asked === 'en' || asked === 'ja') return asked;
  const first = (accepted ?? '').split(',').map((part) => part.trim().slice(0, 2).toLowerCase());
  return first.find((tag): tag is PageLanguage => tag === 'en' || tag === 'ja') ?? 'en';
}
