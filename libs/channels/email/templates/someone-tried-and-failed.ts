import { oneLine } from './letter.js';
import { noticeBody, noticeFooter, type SecurityNotice } from './security-notice.js';
import { template } from './template.js';

/** Told to every address, at most once a day, when tries at somebody's account filled a limit. */
export const someoneTriedAndFailed = template<SecurityNotice>({
  en: (data) => {
    const name = oneLine(data.organisation);
    return {
      subject: `Failed tries to reset your ${name} password`,
      preview: 'Your password was not changed.',
      body: noticeBody(
        data,
        'en',
        `Somebody tried to reset the password of your ${name} account and gave wrong answers several times, so further tries were stopped for a while. Your password was not changed, and you can sign in as usual.`,
      ),
      footer: noticeFooter(name, 'en'),
    };
  },
  ja: (data) => {
    const name = oneLine(data.organisation);
    return {
      subject: `【${name}】パスワードリセットの失敗が続いています`,
      preview: 'パスワードは変更されていません。',
      body: noticeBody(
        data,
        'ja',
        `${name} のお客様のアカウントについて、パスワードリセットのお手続きで誤った入力が繰り返されたため、一時的に受付を停止しました。パスワードは変更されておらず、これまでどおりサインインいただけます。`,
      ),
      footer: noticeFooter(name, 'ja'),
    };
  },
});
