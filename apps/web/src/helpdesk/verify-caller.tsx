import { useState, type FormEvent } from 'react';
import { hasCode, type Failure } from '../api/problem.js';
import { useAction } from '../api/use-action.js';
import { useLanguage } from '../messages/language.js';
import { Button } from '../ui/button.js';
import { Field } from '../ui/field.js';
import { Notice } from '../ui/notice.js';
import { useFirstError } from '../ui/use-first-error.js';
import { ContactChoice } from './contact-choice.js';
import type { HelpCase, HelpdeskUser } from './helpdesk.js';
import { helpdeskApi } from './helpdesk-api.js';
import { useHelpdeskMessages } from './messages.js';
import { Refusal } from './refusal.js';

interface Props {
  user: HelpdeskUser;
  helpCase: HelpCase;
  onUser: (user: HelpdeskUser) => void;
}

/** Two words go to a contact; the caller reads them out; the member types what they hear. */
export function VerifyCaller({ user, helpCase, onUser }: Props) {
  const { formats } = useLanguage();
  const t = useHelpdeskMessages().word;
  const { accountId, contacts } = user;
  const { caseId, verifiedUntil } = helpCase;
  const [methodId, setMethodId] = useState(contacts[0]!.methodId);
  const [wordUntil, setWordUntil] = useState(helpCase.wordUntil);
  const send = useAction(helpdeskApi.sendWord);

  async function sendWord() {
    const chosen = contacts.some((one) => one.methodId === methodId) ? methodId : contacts[0]!.methodId;
    const sent = await send.run({ accountId, caseId, methodId: chosen });
    if (sent) setWordUntil(sent.expiresAt);
  }

  return (
    <div className="step">
      <h3>{t.title}</h3>
      {verifiedUntil !== undefined ? (
        <Notice kind="success">{t.verified(formats.moment(verifiedUntil))}</Notice>
      ) : (
        <>
          <p>{t.why}</p>
          <ContactChoice name="word" label={t.choose} contacts={contacts} chosen={methodId} onChoose={setMethodId} />
          <Refusal failure={send.failure} />
          <p>
            <Button
              look={wordUntil === undefined ? 'primary' : 'secondary'}
              busy={send.busy}
              onClick={() => void sendWord()}
            >
              {wordUntil === undefined ? t.send : t.again}
            </Button>
          </p>
          {wordUntil !== undefined && (
            <>
              <Notice key={wordUntil} kind="info">
                {t.sent(formats.moment(wordUntil))}
              </Notice>
              <WordForm key={`form ${wordUntil}`} accountId={accountId} caseId={caseId} onUser={onUser} />
            </>
          )}
        </>
      )}
    </div>
  );
}

function WordForm({ accountId, caseId, onUser }: { accountId: string; caseId: string } & Pick<Props, 'onUser'>) {
  const t = useHelpdeskMessages().word;
  const [word, setWord] = useState('');
  const [attempt, setAttempt] = useState(0);
  const answer = useAction(helpdeskApi.answerWord);
  const form = useFirstError(`${attempt} ${answer.busy}`);
  const aboutWord = hasCode(answer.failure, 'challenge-failed', 'challenge-expired', 'challenge-not-current');

  async function submit(event: FormEvent) {
    event.preventDefault();
    setAttempt(attempt + 1);
    if (word.trim() === '') return;
    const now = await answer.run({ accountId, caseId, word: word.trim() });
    if (now) onUser(now);
  }

  return (
    <form ref={form} noValidate onSubmit={submit}>
      {!aboutWord && <Refusal failure={answer.failure} />}
      <Field
        label={t.label}
        hint={t.hint}
        value={word}
        onChange={(typed) => {
          setWord(typed);
          answer.clear();
        }}
        error={attempt > 0 && word.trim() === '' ? t.missing : wordError(answer.failure, t)}
        name="word"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={128}
      />
      <div className="actions">
        <Button look="primary" type="submit" busy={answer.busy}>
          {t.check}
        </Button>
      </div>
    </form>
  );
}

function wordError(failure: Failure | undefined, t: ReturnType<typeof useHelpdeskMessages>['word']) {
  if (hasCode(failure, 'challenge-expired')) return t.expired;
  if (hasCode(failure, 'challenge-not-current')) return t.notSent;
  if (!hasCode(failure, 'challenge-failed')) return undefined;
  const { triesLeft } = failure.details;
  return triesLeft === undefined ? t.wrong : `${t.wrong} ${t.triesLeft(triesLeft)}`;
}
