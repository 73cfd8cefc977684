import { useEffect, useState } from 'react';
import { api } from '../api/client.js';
import { hasCode, type Failure } from '../api/problem.js';
import { useAction } from '../api/use-action.js';
import { useMessages } from '../messages/language.js';
import { timeZone } from '../messages/moments.js';
import { Link } from '../routing.js';
import '../styles/helpdesk.css';
import { AdministrationPages } from '../ui/administration.js';
import { Button } from '../ui/button.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Notice } from '../ui/notice.js';
import { Page } from '../ui/page.js';
import { StepHeading } from '../ui/step-heading.js';
import { CaseList } from './case-list.js';
import { FindForm } from './find-form.js';
import { isAdministrator, mayHelp, type HelpdeskUser } from './helpdesk.js';
import { useHelpdeskMessages } from './messages.js';
import { UserPanel } from './user-panel.js';

/** Where members of the helpdesk get people back in, without ever seeing what gets them in. */
export default function HelpdeskPage() {
  const t = useHelpdeskMessages();
  const [roles, setRoles] = useState<readonly string[]>();
  const [user, setUser] = useState<HelpdeskUser>();
  const who = useAction(() => api.me());
  const { run } = who;
  const load = () => void run(undefined).then((me) => me && setRoles(me.roles));
  useEffect(load, [run]);

  return (
    <Page wide>
      {user && roles ? (
        <UserPanel
          key={user.accountId}
          user={user}
          administrator={isAdministrator(roles)}
          onUser={setUser}
          onBack={() => setUser(undefined)}
        />
      ) : (
        <div className="flow">
          {roles && mayHelp(roles) && <AdministrationPages roles={roles} here="/helpdesk" />}
          <StepHeading title={t.title} />
          {roles && mayHelp(roles) ? (
            <>
              <p className="lead">
                {t.intro} {t.zone(timeZone())}
              </p>
              <FindForm onFound={setUser} />
              <CaseList onUser={setUser} />
            </>
          ) : (
            <Closed signedIn={roles !== undefined} failure={who.failure} busy={who.busy} onRetry={load} />
          )}
        </div>
      )}
    </Page>
  );
}

interface ClosedProps {
  signedIn: boolean;
  failure: Failure | undefined;
  busy: boolean;
  onRetry: () => void;
}

function Closed({ signedIn, failure, busy, onRetry }: ClosedProps) {
  const t = useHelpdeskMessages();
  const { retry } = useMessages();
  const stranger = hasCode(failure, 'session-invalid', 'session-limited');
  if (signedIn || stranger) {
    return (
      <>
        <Notice kind="info">{stranger ? t.signInFirst : t.notAllowed}</Notice>
        <p className="aside">
          <Link to="/">{t.toSignIn}</Link>
        </p>
      </>
    );
  }
  if (!failure) return <p role="status">{t.loading}</p>;
  return (
    <>
      <FailureNotice failure={failure} />
      <div className="actions">
        <Button look="primary" busy={busy} onClick={onRetry}>
          {retry}
        </Button>
      </div>
    </>
  );
}
