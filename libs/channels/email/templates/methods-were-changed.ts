import type { MailLanguage } from './language.js';
import { oneLine } from './letter.js';
import { methodName } from './method-name.js';
import { noticeBody, noticeFooter, type SecurityNotice } from './security-notice.js';
import { template } from './template.js';

export interface MethodsWereChanged extends SecurityNotice {
  /** `added`, `changed` or `removed` */
  change?: string;
  /** as the interface names it, such as `email` */
  method?: string;
}

/** Told to every address of an account, the one that was replaced included, after its security information changed. */
export const methodsWereChanged = template<MethodsWereChanged>({
  en: (data) => {
    const name = oneLine(data.organisation);
    return {
      subject: `The security information of your ${name} account was changed`,
      preview: 'If this was you, there is nothing to do. If not, please act now.',
      body: noticeBody(
        data,
        'en',
        `${happened.en[data.change as Change] ?? happened.en.changed}: ${methodName(data.method, 'en')}. It is one of the ways in which the owner of this ${name} account is recognised when a password is lost.`,
      ),
      footer: noticeFooter(name, 'en'),
    };
  },
  ja: (data) => {
    const name = oneLine(data.organisation);
    return {
      subject: `【${name}】セキュリティ情報が変更されました`,
      preview: 'お心当たりがない場合は、至急お手続きをお願いいたします。',
      body: noticeBody(
        data,
        'ja',
        `${name} のアカウントのセキュリティ情報（パスワードを忘れたときの本人確認の方法）が${happened.ja[data.change as Change] ?? happened.ja.changed}ので、お知らせいたします。対象：${methodName(data.method, 'ja')}`,
      ),
      footer: noticeFooter(name, 'ja'),
    };
  },
});

type Change = 'added' | 'changed' | 'removed';

const happened: Record<MailLanguage, Record<Change, string>> = {
  en: {
    added: 'A method was added to the security information of your account',
    changed: 'A method in the security information of your account was changed',
    removed: 'A method was removed from the security information of your account',
  },
  ja: { added: '追加されました', changed: '変更されました', removed: '削除されました' },
};
