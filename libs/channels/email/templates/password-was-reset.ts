import { oneLine } from './letter.js';
import { noticeBody, noticeFooter, type SecurityNotice } from './security-notice.js';
import { template } from './template.js';

export type PasswordWasReset = SecurityNotice;

/** Told to every notification address of an account after its password was reset. */
export const passwordWasReset = template<PasswordWasReset>({
  en: (data) => {
    const name = oneLine(data.organisation);
    return {
      subject: `Your ${name} password was reset`,
      preview: 'If this was you, there is nothing to do. If not, please act now.',
      body: noticeBody(
        data,
        'en',
        `The password of your ${name} account has just been reset. All sessions that were open have been signed out.`,
      ),
      footer: noticeFooter(name, 'en'),
    };
  },
  ja: (data) => {
    const name = oneLine(data.organisation);
    return {
      subject: `【${name}】パスワードがリセットされました`,
      preview: 'お心当たりがない場合は、至急お手続きをお願いいたします。',
      body: noticeBody(
        data,
        'ja',
        `${name} のアカウントのパスワードがリセットされましたので、お知らせいたします。安全のため、ほかの端末でのサインインはすべて終了しました。`,
      ),
      footer: noticeFooter(name, 'ja'),
    };
  },
});
