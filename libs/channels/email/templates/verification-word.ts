import { oneLine, paragraph } from './letter.js';
import { template } from './template.js';

export interface VerificationWord {
  organisation: string;
  /** two words, in the language of the letter's reader */
  words: string;
  validMinutes: number;
}

/** What a caller reads out to the helpdesk. It opens nothing, and says so. */
export const verificationWord = template<VerificationWord>({
  en: ({ organisation, words, validMinutes }) => {
    const name = oneLine(organisation);
    return {
      subject: `Your call with the ${name} helpdesk`,
      preview: `Read the words in this message to your helpdesk within ${validMinutes} minutes.`,
      body: [
        paragraph(
          `You are on the phone with the ${name} helpdesk, we hope. Please read these two words to the person you are speaking with. They show that you can read this mailbox.`,
        ),
        { kind: 'words', label: 'Only read this to your helpdesk', words: oneLine(words) },
        paragraph(
          `The words are valid for ${validMinutes} minutes and open nothing by themselves. Never type them on a page, and never read out any other code that you receive: your helpdesk does not ask for it.`,
        ),
        paragraph(
          'If you are not on the phone with your helpdesk, somebody else may be pretending to be you. Tell nobody the words, and let your helpdesk know.',
        ),
      ],
      footer: [`Sent automatically for ${name}. Replies to this address are not read.`],
    };
  },
  ja: ({ organisation, words, validMinutes }) => {
    const name = oneLine(organisation);
    return {
      subject: `【${name}】ヘルプデスクとのお電話について`,
      preview: `${validMinutes} 分以内に、本文の言葉をヘルプデスクの担当者にお伝えください。`,
      body: [
        paragraph(
          `${name} のヘルプデスクとお電話中の方にお送りしています。ご本人であることを確認するため、次の 2 つの言葉を担当者にお読み上げください。`,
        ),
        { kind: 'words', label: 'ヘルプデスクの担当者だけにお伝えください', words: oneLine(words) },
        paragraph(
          `この言葉は ${validMinutes} 分間有効です。この言葉だけでは、アカウントにサインインすることはできません。画面に入力しないでください。また、これ以外に届いた確認コードを担当者がお尋ねすることはありませんので、お伝えにならないでください。`,
        ),
        paragraph(
          'ヘルプデスクとお電話をされていない場合は、第三者がお客様になりすましているおそれがあります。この言葉を誰にも伝えず、ヘルプデスクにご連絡ください。',
        ),
      ],
      footer: [
        `このメールは ${name} のシステムから自動的に送信しています。`,
        'ご返信いただいてもお答えできませんので、あらかじめご了承ください。',
      ],
    };
  },
});
