import { hasCode, Problem, type Failure } from '../api/problem.js';
import { useLanguage } from '../messages/language.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Notice } from '../ui/notice.js';
import { useHelpdeskMessages } from './messages.js';

/** Why something could not be done, and what to do instead; limits with the time at which they end. */
export function Refusal({ failure }: { failure: Failure | undefined }) {
  const { formats } = useLanguage();
  const t = useHelpdeskMessages();
  if (!(failure instanceof Problem)) return <FailureNotice failure={failure} />;
  const known = t.refused[failure.code];
  if (known !== undefined) return <Notice kind="error">{known}</Notice>;
  if (hasCode(failure, 'blocked') && failure.details.blockedUntil !== undefined) {
    return <Notice kind="error">{t.word.blocked(formats.moment(failure.details.blockedUntil))}</Notice>;
  }
  if (hasCode(failure, 'cool-down') && failure.retryAfter !== undefined) {
    return <Notice kind="error">{t.tooMany(formats.moment(Date.now() + failure.retryAfter * 1_000))}</Notice>;
  }
  return <FailureNotice failure={failure} />;
}
