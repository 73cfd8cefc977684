import { useEffect } from 'react';
import { useAction } from '../api/use-action.js';
import { useBranding } from '../branding/branding.js';
import { Button } from '../ui/button.js';
import { Notice } from '../ui/notice.js';
import { StepHeading } from '../ui/step-heading.js';
import { CasePanel } from './case-panel.js';
import type { HelpdeskUser } from './helpdesk.js';
import { helpdeskApi } from './helpdesk-api.js';
import { useHelpdeskMessages } from './messages.js';
import { NewContact } from './new-contact.js';
import { NewPassword } from './new-password.js';
import { NotMePanel } from './not-me-panel.js';
import { Refusal } from './refusal.js';
import { UserFacts } from './user-facts.js';

interface Props {
  user: HelpdeskUser;
  /** may do what takes an administrator */
  administrator: boolean;
  onUser: (user: HelpdeskUser) => void;
  onBack: () => void;
}

/** One person, and what can be done for them. */
export function UserPanel({ user, administrator, onUser, onBack }: Props) {
  const t = useHelpdeskMessages();
  const { showFor } = useBranding();
  useEffect(() => showFor(user.username), [showFor, user.username]);
  const refresh = useAction(() => helpdeskApi.show(user.accountId));
  return (
    <div className="flow">
      <StepHeading eyebrow={t.title} title={user.username} />
      <div className="help-bar">
        <Button look="plain" onClick={onBack}>
          {t.user.back}
        </Button>
        <Button
          look="plain"
          busy={refresh.busy}
          onClick={async () => {
            const now = await refresh.run(undefined);
            if (now) onUser(now);
          }}
        >
          {t.user.refresh}
        </Button>
      </div>
      <Refusal failure={refresh.failure} />
      <UserFacts user={user} />
      {!user.canAssist ? (
        <Notice kind="info">{t.user.cannotAssist}</Notice>
      ) : (
        <>
          {user.notMe && <NotMePanel user={user} notMe={user.notMe} administrator={administrator} onUser={onUser} />}
          <CasePanel user={user} onUser={onUser} />
          {administrator && <NewContact user={user} onUser={onUser} />}
          {administrator && <NewPassword user={user} onUser={onUser} />}
        </>
      )}
    </div>
  );
}
