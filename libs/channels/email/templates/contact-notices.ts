import { dateAndTime } from './date-and-time.js';
import type { MailLanguage } from './language.js';
import { oneLine, paragraph, type Block } from './letter.js';
import { methodName } from './method-name.js';
import { noticeBody, noticeFooter, type SecurityNotice } from './security-notice.js';
import { template } from './template.js';

export interface ContactWasProposed extends SecurityNotice {
  /** as the interface names it, such as `email` */
  method: string;
}

export interface ContactDecision {
  organisation: string;
  /** whose contact it is, masked */
  account: string;
  method: string;
  caseNumber: string;
  at: Date;
}

/** Told to every address an account has, when an administrator wants to add one on its owner's behalf. */
export const contactWasProposed = template<ContactWasProposed>({
  en: (data) => {
    const name = oneLine(data.organisation);
    return {
      subject: `A new contact is proposed for your ${name} account`,
      preview: 'If you did not ask your helpdesk for this, please act now.',
      body: noticeBody(
        data,
        'en',
        `An administrator of ${name} has proposed to add a contact (${methodName(data.method, 'en')}) to your account, because its owner cannot reach the ones that are registered. A second administrator has to approve it within 24 hours.`,
      ),
      footer: noticeFooter(name, 'en'),
    };
  },
  ja: (data) => {
    const name = oneLine(data.organisation);
    return {
      subject: `【${name}】アカウントに新しい連絡先の追加が申請されました`,
      preview: 'ヘルプデスクへのご依頼にお心当たりがない場合は、至急お手続きをお願いいたします。',
      body: noticeBody(
        data,
        'ja',
        `ご登録の連絡先をご利用いただけないとのお申し出により、${name} の管理者が、お客様のアカウントへの新しい連絡先（${methodName(data.method, 'ja')}）の追加を申請しました。24 時間以内に別の管理者が承認すると、追加されます。`,
      ),
      footer: noticeFooter(name, 'ja'),
    };
  },
});

/** Told to all administrators: somebody of them has to look. */
export const contactNeedsApproval = template<ContactDecision>({
  en: (data) => {
    const name = oneLine(data.organisation);
    return {
      subject: `${name}: a new contact needs a second approval`,
      preview: 'Please approve or reject it within 24 hours.',
      body: [
        paragraph(
          `An administrator of ${name} has proposed a new contact for somebody who cannot reach theirs any more. Make sure in your own way that this person is who they say, then approve or reject it in the helpdesk within 24 hours.`,
        ),
        factsOf(data, 'en'),
      ],
      footer: noticeFooter(name, 'en'),
    };
  },
  ja: (data) => {
    const name = oneLine(data.organisation);
    return {
      subject: `【${name}】新しい連絡先の承認をお願いいたします`,
      preview: '24 時間以内に承認または却下してください。',
      body: [
        paragraph(
          `${name} の管理者が、登録済みの連絡先を利用できなくなった方のために、新しい連絡先の追加を申請しました。ご自身でもご本人であることをご確認のうえ、24 時間以内にヘルプデスク画面で承認または却下してください。`,
        ),
        factsOf(data, 'ja'),
      ],
      footer: noticeFooter(name, 'ja'),
    };
  },
});

/** Told to all administrators afterwards. */
export const contactWasApproved = template<ContactDecision>({
  en: (data) => {
    const name = oneLine(data.organisation);
    return {
      subject: `${name}: a new contact was approved`,
      preview: 'You need do nothing if you expected this.',
      body: [
        paragraph(`Two administrators of ${name} have agreed to add a contact to the account below.`),
        factsOf(data, 'en'),
        paragraph('If this looks wrong to you, please talk to them.'),
      ],
      footer: noticeFooter(name, 'en'),
    };
  },
  ja: (data) => {
    const name = oneLine(data.organisation);
    return {
      subject: `【${name}】新しい連絡先が承認されました`,
      preview: 'お心当たりがある場合、操作は必要ありません。',
      body: [
        paragraph(`${name} の 2 名の管理者が、次のアカウントへの連絡先の追加を承認しました。`),
        factsOf(data, 'ja'),
        paragraph('不審に思われる場合は、担当の管理者にご確認ください。'),
      ],
      footer: noticeFooter(name, 'ja'),
    };
  },
});

function factsOf({ account, method, caseNumber, at }: ContactDecision, language: MailLanguage): Block {
  const [who, what, number, when] =
    language === 'en' ? ['Account', 'Contact', 'Case', 'When'] : ['アカウント', '連絡先', '受付番号', '日時'];
  return {
    kind: 'facts',
    rows: [
      [who!, oneLine(account)],
      [what!, methodName(method, language)],
      [number!, oneLine(caseNumber)],
      [when!, dateAndTime(at, language)],
    ],
  };
}
