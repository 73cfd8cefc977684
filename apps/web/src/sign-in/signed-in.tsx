import { api } from '../api/client.js';
import type { Session } from '../api/contract.js';
import { useAction } from '../api/use-action.js';
import { useMessages } from '../messages/language.js';
import { Button } from '../ui/button.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { CheckIcon } from '../ui/icons.js';
import { Notice } from '../ui/notice.js';
import { StepHeading } from '../ui/step-heading.js';

interface Props {
  username: string;
  session: Session;
  changed: boolean;
  onChange: () => void;
  onSignedOut: () => void;
}

export function SignedIn({ username, session, changed, onChange, onSignedOut }: Props) {
  const t = useMessages();
  const signOut = useAction(() => api.signOut(session.token).then(() => true));
  return (
    <div className="ending">
      <span className="ending-mark good">
        <CheckIcon />
      </span>
      <StepHeading title={t.signIn.signedInTitle} />
      <p className="lead">{t.signIn.signedInAs(username)}</p>
      {changed && <Notice kind="success">{t.change.done}</Notice>}
      {session.next === 'register-methods' && <Notice kind="info">{t.signIn.registerMethods}</Notice>}
      <FailureNotice failure={signOut.failure} />
      <div className="actions">
        <Button look="primary" onClick={onChange}>
          {t.signIn.changePassword}
        </Button>
        <Button busy={signOut.busy} onClick={async () => (await signOut.run(undefined)) && onSignedOut()}>
          {t.signIn.signOut}
        </Button>
      </div>
    </div>
  );
}
