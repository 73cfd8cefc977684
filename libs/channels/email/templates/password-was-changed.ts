import { oneLine } from './letter.js';
import { noticeBody, noticeFooter, type SecurityNotice } from './security-notice.js';
import { template } from './template.js';

export type PasswordWasChanged = SecurityNotice;

/** Told to every notification address of an account after a signed-in person changed its password. */
export const passwordWasChanged = template<PasswordWasChanged>({
  en: (data) => {
    const name = oneLine(data.organisation);
    return {
      subject: `Your ${name} password was changed`,
      preview: 'If this was you, there is nothing to do. If not, please act now.',
      body: noticeBody(
        data,
        'en',
        `The password of your ${name} account has just been changed. Sessions on other devices have been signed out.`,
      ),
      footer: noticeFooter(name, 'en'),
    };
  },
  ja: (data) => {
    const name = oneLine(data.organisation);
    return {
      subject: `【${name}】パスワードが変更されました`,
      preview: 'お心当たりがない場合は、至急お手続きをお願いいたします。',
      body: noticeBody(
        data,
        'ja',
        `${name} のアカウントのパスワードが変更されましたので、お知らせいたします。安全のため、ほかの端末でのサインインは終了しました。`,
      ),
      footer: noticeFooter(name, 'ja'),
    };
  },
});
