import { hasCode, type Failure } from '../api/problem.js';
import { useLanguage } from '../messages/language.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Notice } from '../ui/notice.js';
import { useSecurityMessages } from './messages.js';

/** Why a change was refused, where the form itself does not say so beside a field. */
export function ChangeFailure({ failure }: { failure: Failure | undefined }) {
  const { formats } = useLanguage();
  const security = useSecurityMessages();
  const { code, stepUp, methodNeeded } = security;
  const moment = (at: string | undefined) => formats.moment(Date.parse(at ?? ''));
  if (hasCode(failure, 'blocked'))
    return <Notice kind="error">{code.blocked(moment(failure.details.blockedUntil))}</Notice>;
  if (hasCode(failure, 'method-change-guarded')) {
    return <Notice kind="error">{stepUp.guarded(moment(failure.details.until))}</Notice>;
  }
  if (hasCode(failure, 'method-changes-barred')) return <Notice kind="error">{code.barred}</Notice>;
  if (hasCode(failure, 'method-needed')) return <Notice kind="error">{methodNeeded}</Notice>;
  return <FailureNotice failure={failure} />;
}
