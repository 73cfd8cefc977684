import { oneLine } from './letter.js';
import { noticeBody, noticeFooter, type SecurityNotice } from './security-notice.js';
import { template } from './template.js';

/** Told to every notification address after somebody proved who they are and unlocked the account. */
export const accountWasUnlocked = template<SecurityNotice>({
  en: (data) => {
    const name = oneLine(data.organisation);
    return {
      subject: `Your ${name} account was unlocked`,
      preview: 'If this was you, there is nothing to do. If not, please act now.',
      body: noticeBody(data, 'en', `Your ${name} account has just been unlocked. The password was not changed.`),
      footer: noticeFooter(name, 'en'),
    };
  },
  ja: (data) => {
    const name = oneLine(data.organisation);
    return {
      subject: `【${name}】アカウントのロックが解除されました`,
      preview: 'お心当たりがない場合は、至急お手続きをお願いいたします。',
      body: noticeBody(
        data,
        'ja',
        `${name} のアカウントのロックが解除されましたので、お知らせいたします。パスワードは変更されていません。`,
      ),
      footer: noticeFooter(name, 'ja'),
    };
  },
});
