import { useState, type FormEvent } from 'react';
import { api } from '../api/client.js';
import type { ChallengeView } from '../api/contract.js';
import { hasCode } from '../api/problem.js';
import { useLanguage } from '../messages/language.js';
import { Button } from '../ui/button.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Field } from '../ui/field.js';
import { Notice } from '../ui/notice.js';
import { StepHeading } from '../ui/step-heading.js';
import { useSecondsUntil } from '../ui/use-countdown.js';
import { useFirstError } from '../ui/use-first-error.js';
import type { ChallengeStepProps } from './challenge-step.js';
import { DeliveryHelp } from './delivery-help.js';
import { DeliveryState } from './delivery-state.js';
import { Progress } from './progress.js';
import { useRecovery, useRecoveryAction } from './use-recovery.js';

type Props = ChallengeStepProps & { challenge: ChallengeView; digits: number };

/** Types the code that was sent or that an app shows. */
export function CodeStep({ challenge, digits, ...exits }: Props) {
  const { t, formats } = useLanguage();
  const { held, view, accept, toLocal } = useRecovery();
  const [typed, setTyped] = useState('');
  const [submitted, setSubmitted] = useState({ attempt: 0, typed: '' });
  const answer = useRecoveryAction((code: string, key: string) =>
    api.answerChallenge(held, challenge.challengeId, { code }, key),
  );
  const form = useFirstError(`${submitted.attempt} ${answer.busy}`);

  const secondsLeft = useSecondsUntil(toLocal(challenge.expiresAt));
  const expired = challenge.state === 'expired' || secondsLeft === 0;
  const offer = view.methods.find((one) => one.method === challenge.method);
  const sent = challenge.method !== 'app-code';

  async function submit(event: FormEvent) {
    event.preventDefault();
    setSubmitted({ attempt: submitted.attempt + 1, typed });
    const code = digitsOf(typed);
    if (code.length !== digits) return;
    const next = await answer.run(code);
    if (next) accept(next);
  }

  return (
    <form ref={form} noValidate onSubmit={submit}>
      <Progress stage="verify" />
      <StepHeading eyebrow={held.username} title={t.code.title} />
      <p className="lead">{sent ? t.code.sentTo(offer?.hint ?? '') : t.code.fromApp}</p>
      {sent && !expired && <DeliveryState state={challenge.state} />}
      {hasCode(answer.failure, 'challenge-expired') || expired ? (
        <Notice kind="error">{t.code.expired}</Notice>
      ) : hasCode(answer.failure, 'challenge-not-current') ? (
        <Notice kind="error">{t.code.replaced}</Notice>
      ) : hasCode(answer.failure, 'challenge-failed') ? null : (
        <FailureNotice failure={answer.failure} />
      )}
      <Field
        className="code"
        label={t.code.label}
        hint={t.code.format(digits)}
        value={typed}
        onChange={setTyped}
        error={errorText()}
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        autoCorrect="off"
        spellCheck={false}
        maxLength={digits + 8}
      />
      {!expired && sent && <p className="valid-for">{t.code.validFor(formats.duration(secondsLeft))}</p>}
      <div className="actions">
        <Button look="primary" type="submit" busy={answer.busy}>
          {t.code.submit}
        </Button>
        <Button onClick={exits.onCancel}>{t.cancel}</Button>
      </div>
      <DeliveryHelp key={challenge.challengeId} challenge={challenge} expired={expired} {...exits} />
    </form>
  );

  function errorText(): string | undefined {
    if (submitted.attempt === 0 || typed !== submitted.typed || answer.busy) return undefined;
    if (digitsOf(typed).length !== digits) return t.code.missing(digits);
    if (!hasCode(answer.failure, 'challenge-failed')) return undefined;
    const left = answer.failure.details.triesLeft;
    return left === undefined ? t.code.wrong : `${t.code.wrong} ${t.code.triesLeft(left)}`;
  }
}

/** Codes are grouped in mails and typed in any width: only the digits count. */
function digitsOf(typed: string): string {
  return typed.normalize('NFKC').replace(/\D/g, '');
}
