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
import { useFirstError } from '../ui/use-first-error.js';
import type { ChallengeStepProps } from './challenge-step.js';
import { Progress } from './progress.js';
import { useRecovery, useRecoveryAction } from './use-recovery.js';

/** The questions drawn for this challenge, all on one page. */
export function QuestionsStep({ challenge, onCancel }: ChallengeStepProps & { challenge: ChallengeView }) {
  const { t } = useLanguage();
  const { held, accept } = useRecovery();
  const questions = challenge.questions ?? [];
  const [answers, setAnswers] = useState<Record<string, string>>({});
  const [attempt, setAttempt] = useState(0);
  const form = useFirstError(attempt);
  const answer = useRecoveryAction((given: { questionId: string; answer: string }[], key: string) =>
    api.answerChallenge(held, challenge.challengeId, { answers: given }, key),
  );

  async function submit(event: FormEvent) {
    event.preventDefault();
    setAttempt(attempt + 1);
    const given = questions.map(({ questionId }) => ({ questionId, answer: (answers[questionId] ?? '').trim() }));
    if (given.some((one) => one.answer === '')) return;
    const next = await answer.run(given);
    if (next) accept(next);
  }

  return (
    <form ref={form} noValidate onSubmit={submit}>
      <Progress stage="verify" />
      <StepHeading eyebrow={held.username} title={t.wait.titleQuestions} />
      {hasCode(answer.failure, 'challenge-failed') ? (
        <Notice kind="error">
          {t.wait.wrongAnswers}{' '}
          {answer.failure.details.triesLeft !== undefined && t.code.triesLeft(answer.failure.details.triesLeft)}
        </Notice>
      ) : (
        <FailureNotice failure={answer.failure} />
      )}
      {questions.map(({ questionId, text }) => (
        <Field
          key={questionId}
          label={text}
          value={answers[questionId] ?? ''}
          onChange={(typed) => setAnswers({ ...answers, [questionId]: typed })}
          error={attempt > 0 && !answers[questionId]?.trim() ? t.wait.answerMissing : undefined}
          autoComplete="off"
        />
      ))}
      <div className="actions">
        <Button look="primary" type="submit" busy={answer.busy}>
          {t.wait.submit}
        </Button>
        <Button onClick={onCancel}>{t.cancel}</Button>
      </div>
    </form>
  );
}
