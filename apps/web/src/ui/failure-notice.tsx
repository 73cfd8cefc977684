import { Unreachable, type Failure, type Problem } from '../api/problem.js';
import { useLanguage, useMessages } from '../messages/language.js';
import { Notice } from './notice.js';
import { useCountdown } from './use-countdown.js';

/** What any step says when a call failed for a reason that is not the step's own. */
export function FailureNotice({ failure }: { failure: Failure | undefined }) {
  const t = useMessages();
  if (!failure) return null;
  if (failure instanceof Unreachable) return <Notice kind="error">{t.failure.unreachable}</Notice>;
  if (failure.status === 429) return <TooManyTries key={String(failure.retryAfter)} failure={failure} />;
  return <Notice kind="error">{textOf(failure, t.failure)}</Notice>;
}

function textOf(failure: Problem, texts: ReturnType<typeof useMessages>['failure']): string {
  if (failure.code === 'invalid-request') return texts.invalid;
  if (wayClosed.has(failure.code)) return texts.wayClosed;
  return failure.status >= 500 ? texts.unavailable : texts.unexpected;
}

/** One way does not work just now; others may. */
const wayClosed: ReadonlySet<string> = new Set([
  'country-not-allowed',
  'telecom-budget-exhausted',
  'method-not-available',
]);

function TooManyTries({ failure }: { failure: Problem }) {
  const { t, formats } = useLanguage();
  const left = useCountdown(failure);
  return (
    <Notice kind="error">
      {failure.code === 'cool-down' ? t.failure.coolDown : t.failure.rateLimited}{' '}
      {failure.retryAfter !== undefined &&
        (left > 0 ? <span aria-live="off">{t.failure.waitFor(formats.duration(left))}</span> : t.failure.waitOver)}
    </Notice>
  );
}
