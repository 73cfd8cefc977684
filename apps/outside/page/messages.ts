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
  devicesTitle: 'Authenticator devices',
  devicesIntro:
    'Simulated phones. Each was paired over the device API and holds a connection open, as a real one does.',
  pairLabel: 'Pairing code or address of the QR code',
  pair: 'Pair a phone',
  noDevices: 'No phone is paired yet.',
  connected: 'Connected',
  disconnected: 'Not connected',
  nothingWaits: 'Nothing waits for an answer.',
  numberLabel: 'Number on the portal',
  approve: 'Approve',
  deny: 'Deny',
  failed: 'That was refused',
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
  devicesTitle: '認証デバイス',
  devicesIntro: '模擬のスマートフォンです。実機と同じようにデバイス API で登録され、接続を保っています。',
  pairLabel: '登録コード、または QR コードのアドレス',
  pair: 'スマートフォンを登録',
  noDevices: '登録されたスマートフォンはまだありません。',
  connected: '接続中',
  disconnected: '未接続',
  nothingWaits: '回答を待っている依頼はありません。',
  numberLabel: 'ポータルに表示された番号',
  approve: '承認',
  deny: '拒否',
  failed: '受け付けられませんでした',
};

export const pageMessages = { en, ja };
export type PageLanguage = keyof typeof pageMessages;

/** From `?lang=`, else the first language of the browser that we have. */
export function pageLanguage(asked: unknown, accepted: string | undefined): PageLanguage {
  if (asked === 'en' || asked === 'ja') return asked;
  const first = (accepted ?? '').split(',').map((part) => part.trim().slice(0, 2).toLowerCase());
  return first.find((tag): tag is PageLanguage => tag === 'en' || tag === 'ja') ?? 'en';
}
