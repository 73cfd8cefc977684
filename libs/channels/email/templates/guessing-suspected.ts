import { oneLine, paragraph } from './letter.js';
import { noticeFooter } from './security-notice.js';
import { template } from './template.js';

export interface GuessingSuspected {
  organisation: string;
  /** wrong tries within the last hour */
  failures: number;
  /** different names they were made at */
  names: number;
}

/** Told to every administrator when many accounts are tried a little each. */
export const guessingSuspected = template<GuessingSuspected>({
  en: ({ organisation, failures, names }) => {
    const name = oneLine(organisation);
    return {
      subject: `${name}: somebody may be guessing at many accounts`,
      preview: `${failures} wrong tries at ${names} accounts within an hour.`,
      body: [
        paragraph(
          `Within the last hour there were far more wrong passwords and codes at ${name} than usual, spread over many accounts. Each account's own limits hold, so nobody is locked out by this; but somebody may be trying a few common passwords everywhere.`,
        ),
        {
          kind: 'facts',
          rows: [
            ['Wrong tries', String(failures)],
            ['Accounts', String(names)],
          ],
        },
        paragraph(
          'Please look at who was tried, and consider asking those people for a new password. You are told at most once an hour while it goes on.',
        ),
      ],
      footer: noticeFooter(name, 'en'),
    };
  },
  ja: ({ organisation, failures, names }) => {
    const name = oneLine(organisation);
    return {
      subject: `【${name}】多数のアカウントに対する推測攻撃の可能性があります`,
      preview: `1 時間以内に ${names} 件のアカウントで ${failures} 回の失敗がありました。`,
      body: [
        paragraph(
          `${name} で、直近の 1 時間に誤ったパスワードや確認コードの入力が通常より大幅に増えており、多数のアカウントに分散しています。アカウントごとの制限が働いているため、これによって利用者がロックされることはありませんが、よく使われるパスワードが広く試されている可能性があります。`,
        ),
        {
          kind: 'facts',
          rows: [
            ['失敗した回数', String(failures)],
            ['対象アカウント数', String(names)],
          ],
        },
        paragraph(
          '対象となった利用者を確認し、必要に応じてパスワードの変更を依頼してください。続いている間も、この通知は 1 時間に 1 回までです。',
        ),
      ],
      footer: noticeFooter(name, 'ja'),
    };
  },
});
