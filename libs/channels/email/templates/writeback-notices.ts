import { dateAndTime } from './date-and-time.js';
import { oneLine, paragraph } from './letter.js';
import { noticeFooter } from './security-notice.js';
import { template } from './template.js';

export interface WritebackTimedOut {
  organisation: string;
  /** as the person knows it, masked */
  account: string;
  /** `unlock`: no password was to be set */
  kind: string;
  /**
   * `no`: an agent took it and was not heard of, so nobody knows what the directory holds; `unfinished`: it was cut off in
   * between, and neither password holds
   */
  unchanged: string;
  helpdesk?: string;
  at: Date;
}

/** Told to the person whose new password, or unlock, did not reach their organisation's directory in time. */
export const writebackTimedOut = template<WritebackTimedOut>({
  en: ({ organisation, account, kind, unchanged, helpdesk, at }) => {
    const name = oneLine(organisation);
    const what = kind === 'unlock' ? 'unlocking your account' : 'your new password';
    if (unchanged === 'unfinished') {
      return {
        subject: `Please set your ${name} password once more`,
        preview: 'Neither the new password nor the former one works.',
        body: [
          paragraph(
            'The connection to your organisation’s directory was cut while your new password was being set, and it could not be finished.',
          ),
          factsOf(account, at, 'en'),
          paragraph('Neither the new password nor the former one works now. Please reset your password once more.'),
          ...(helpdesk ? [paragraph(`Your helpdesk: ${oneLine(helpdesk)}`)] : []),
        ],
        footer: noticeFooter(name, 'en'),
      };
    }
    return {
      subject:
        unchanged === 'yes'
          ? kind === 'unlock'
            ? `Your ${name} account was not unlocked`
            : `Your new ${name} password was not set`
          : kind === 'unlock'
            ? `Unlocking your ${name} account is not confirmed`
            : `Your new ${name} password is not confirmed`,
      preview: 'Your organisation’s directory did not answer in time.',
      body: [
        paragraph(`Your organisation’s directory did not answer in time, so ${what} could not be confirmed.`),
        factsOf(account, at, 'en'),
        paragraph(
          unchanged === 'yes'
            ? 'Nothing was changed, and nothing will be: your present password still holds. Please start again.'
            : kind === 'unlock'
              ? 'Nobody can say whether it arrived. Please try to sign in; if that does not work, start again or ask your helpdesk.'
              : 'Nobody can say whether it arrived. Try the new password first, then the former one; if neither works, start again or ask your helpdesk.',
        ),
        ...(helpdesk ? [paragraph(`Your helpdesk: ${oneLine(helpdesk)}`)] : []),
      ],
      footer: noticeFooter(name, 'en'),
    };
  },
  ja: ({ organisation, account, kind, unchanged, helpdesk, at }) => {
    const name = oneLine(organisation);
    const what = kind === 'unlock' ? 'アカウントのロック解除' : '新しいパスワードの設定';
    if (unchanged === 'unfinished') {
      return {
        subject: `【${name}】パスワードをもう一度設定してください`,
        preview: '現在、新しいパスワードも以前のパスワードもお使いいただけません。',
        body: [
          paragraph('新しいパスワードの設定中に組織のディレクトリとの接続が切れ、設定を完了できませんでした。'),
          factsOf(account, at, 'ja'),
          paragraph(
            '現在、新しいパスワードも以前のパスワードもお使いいただけません。お手数ですが、もう一度パスワードをリセットしてください。',
          ),
          ...(helpdesk ? [paragraph(`ヘルプデスク: ${oneLine(helpdesk)}`)] : []),
        ],
        footer: noticeFooter(name, 'ja'),
      };
    }
    return {
      subject:
        unchanged === 'yes' ? `【${name}】${what}が完了しませんでした` : `【${name}】${what}を確認できませんでした`,
      preview: '組織のディレクトリから、時間内に応答がありませんでした。',
      body: [
        paragraph(`組織のディレクトリから時間内に応答がなかったため、${what}を確認できませんでした。`),
        factsOf(account, at, 'ja'),
        paragraph(
          unchanged === 'yes'
            ? '変更は行われておらず、今後行われることもありません。現在のパスワードはそのままお使いいただけます。お手数ですが、最初からやり直してください。'
            : kind === 'unlock'
              ? '変更が反映されたかどうかを確認できません。サインインをお試しいただき、できない場合は、最初からやり直すか、ヘルプデスクにお問い合わせください。'
              : '変更が反映されたかどうかを確認できません。まず新しいパスワード、次に以前のパスワードをお試しください。どちらも使用できない場合は、最初からやり直すか、ヘルプデスクにお問い合わせください。',
        ),
        ...(helpdesk ? [paragraph(`ヘルプデスク: ${oneLine(helpdesk)}`)] : []),
      ],
      footer: noticeFooter(name, 'ja'),
    };
  },
});

export interface WritebackRefused {
  organisation: string;
  /** whose password it was, masked */
  account: string;
  /** `permission-denied`, `protected`, `unreachable`, `unreadable` or `user-not-found` */
  result: string;
  at: Date;
}

/** Told to the administrators when the directory refuses what only they can put right. */
export const writebackRefused = template<WritebackRefused>({
  en: ({ organisation, account, result, at }) => {
    const name = oneLine(organisation);
    return {
      subject: `${name}: the directory refused a password reset`,
      preview: causes.en[result] ?? causes.en.other!,
      body: [
        paragraph(`An agent of ${name} could not carry a reset to the directory.`),
        factsOf(account, at, 'en'),
        paragraph(causes.en[result] ?? causes.en.other!),
        paragraph('Others of this kind are not reported again today.'),
      ],
      footer: noticeFooter(name, 'en'),
    };
  },
  ja: ({ organisation, account, result, at }) => {
    const name = oneLine(organisation);
    return {
      subject: `【${name}】ディレクトリがパスワードのリセットを拒否しました`,
      preview: causes.ja[result] ?? causes.ja.other!,
      body: [
        paragraph(`${name} のエージェントが、パスワードのリセットをディレクトリに反映できませんでした。`),
        factsOf(account, at, 'ja'),
        paragraph(causes.ja[result] ?? causes.ja.other!),
        paragraph('同じ種類の問題は、本日中は再度お知らせしません。'),
      ],
      footer: noticeFooter(name, 'ja'),
    };
  },
});

export interface AgentFellSilent {
  organisation: string;
  /** the agent's short name */
  agent: string;
  /** when it last asked for work */
  since: Date;
  at: Date;
}

/** Told to the administrators, once for each silence. */
export const agentFellSilent = template<AgentFellSilent>({
  en: ({ organisation, agent, since }) => {
    const name = oneLine(organisation);
    return {
      subject: `${name}: an agent has fallen silent`,
      preview: 'While no agent answers, people of your own directory cannot reset their passwords.',
      body: [
        paragraph(`An agent of ${name} no longer asks for work.`),
        {
          kind: 'facts',
          rows: [
            ['Agent', oneLine(agent)],
            ['Last heard', dateAndTime(since, 'en')],
          ],
        },
        paragraph(
          'While no agent answers, people whose passwords lie in your own directory cannot reset them. Please look at the agent’s log, or run keyturn-agent doctor there.',
        ),
      ],
      footer: noticeFooter(name, 'en'),
    };
  },
  ja: ({ organisation, agent, since }) => {
    const name = oneLine(organisation);
    return {
      subject: `【${name}】エージェントからの応答がありません`,
      preview: '応答するエージェントがない間、組織のディレクトリの利用者はパスワードをリセットできません。',
      body: [
        paragraph(`${name} のエージェントからの問い合わせが途絶えています。`),
        {
          kind: 'facts',
          rows: [
            ['エージェント', oneLine(agent)],
            ['最後の応答', dateAndTime(since, 'ja')],
          ],
        },
        paragraph(
          '応答するエージェントがない間、組織のディレクトリでパスワードを管理している利用者は、リセットを行えません。エージェントのログをご確認いただくか、エージェント側で keyturn-agent doctor を実行してください。',
        ),
      ],
      footer: noticeFooter(name, 'ja'),
    };
  },
});

const factsOf = (account: string, at: Date, language: 'en' | 'ja') =>
  ({
    kind: 'facts',
    rows: [
      [language === 'en' ? 'Account' : 'アカウント', oneLine(account)],
      [language === 'en' ? 'When' : '日時', dateAndTime(at, language)],
    ],
  }) as const;

const causes: { readonly en: Readonly<Record<string, string>>; readonly ja: Readonly<Record<string, string>> } = {
  en: {
    'permission-denied':
      'The agent’s service account lacks a right: to reset passwords, to unlock, or to write the fence.',
    protected: 'The account belongs to a protected group. An administrator of the directory has to reset it there.',
    'user-not-found': 'The directory no longer holds this person where the agent looks.',
    unfinished:
      'A double reset was cut off and could not be finished: neither password holds. The person was told to reset once more.',
    unreadable: 'The agent could not open what was sealed for it. Please look at its keys, or enrol it anew.',
    unreachable:
      'The agent cannot use the directory: it refused the directory’s certificate, or the directory refused its service account. Please run keyturn-agent doctor there.',
    other: 'Please look at the agent’s log.',
  },
  ja: {
    'permission-denied':
      'エージェントのサービスアカウントに、パスワードのリセット、ロック解除、またはフェンス属性の書き込みの権限がありません。',
    protected: 'このアカウントは保護されたグループに属しています。ディレクトリの管理者が直接リセットしてください。',
    'user-not-found': 'エージェントが参照する範囲に、この利用者が見つかりません。',
    unfinished:
      '二重のリセットが途中で切れ、完了できませんでした。どちらのパスワードも使えない状態です。本人には、もう一度リセットするようお知らせしました。',
    unreadable:
      'エージェントが、自分宛てに暗号化された値を開けませんでした。鍵をご確認いただくか、登録し直してください。',
    unreachable:
      'エージェントがディレクトリを利用できません。ディレクトリの証明書が信頼されていないか、サービスアカウントが拒否されています。エージェント側で keyturn-agent doctor を実行してください。',
    other: 'エージェントのログをご確認ください。',
  },
};
