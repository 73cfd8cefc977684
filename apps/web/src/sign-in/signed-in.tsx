import { api } from '../api/client.js';
import type { Session } from '../api/contract.js';
import { hasCode } from '../api/problem.js';
import { useAction } from '../api/use-action.js';
import { useMessages } from '../messages/language.js';
import { Link } from '../routing.js';
import { pagesFor } from '../ui/administration.js';
import { Button } from '../ui/button.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { CheckIcon } from '../ui/icons.js';
import { Notice } from '../ui/notice.js';
import { StepHeading } from '../ui/step-heading.js';

interface Props {
  username: string;
  token: string | undefined;
  next: Session['next'] | undefined;
  roles: readonly string[];
  changed: boolean;
  onChange: () => void;
  onSignedOut: () => void;
}

export function SignedIn({ username, token, next, roles, changed, onChange, onSignedOut }: Props) {
  const t = useMessages();
  const signOut = useAction(() =>
    api.signOut(token).then(
      () => true,
      (error) => {
        if (hasCode(error, 'session-invalid')) return true;
        throw error;
      },
    ),
  );
  return (
    <div className="flow ending">
      <span className="ending-mark good">
        <CheckIcon />
      </span>
      <StepHeading title={t.signIn.signedInTitle} />
      <p className="lead">{t.signIn.signedInAs(username)}</p>
      {changed && <Notice kind="success">{t.change.done}</Notice>}
      {next === undefined &&
        pagesFor(roles).map(({ to, name }) => (
          <p key={to}>
            <Link to={to}>{t.signIn[name]}</Link>
          </p>
        ))}
      <FailureNotice failure={signOut.failure} />
      <div className="actions">
        <Button look="primary" onClick={onChange}>
          {t.signIn.changePassword}
        </Button>
        <Button busy={signOut.busy} onClick={async () => (await signOut.run(undefined)) && onSignedOut()}>
          {t.signIn.signOut}
        </Button>
      </div>
      <p className="aside">
        <Link to="/security-info">{t.signIn.security}</Link>
      </p>
      {next === undefined && (
        <p className="aside">
          <Link to="/activity">{t.signIn.activity}</Link>
        </p>
      )}
    </div>
  );
}
