import { useAction } from '../api/use-action.js';
import { Notice } from '../ui/notice.js';
import { ConfirmedAction } from './confirmed-action.js';
import type { HelpdeskUser } from './helpdesk.js';
import { helpdeskApi } from './helpdesk-api.js';
import { useHelpdeskMessages } from './messages.js';
import { Refusal } from './refusal.js';

interface Props {
  user: HelpdeskUser;
  onUser: (user: HelpdeskUser) => void;
}

/** An administrator has them choose a new password; nobody else chooses or sees it. */
export function NewPassword({ user, onUser }: Props) {
  const t = useHelpdeskMessages().demand;
  const demand = useAction(helpdeskApi.requirePasswordChange);
  return (
    <section className="part" aria-labelledby="new-password">
      <h2 id="new-password">{t.title}</h2>
      <Refusal failure={demand.failure} />
      {user.mustChange ? (
        <Notice kind="info">{t.demanded}</Notice>
      ) : (
        <>
          <p>{t.why}</p>
          <p>
            <ConfirmedAction
              label={t.demand}
              action={demand}
              input={user.accountId}
              title={t.confirmTitle}
              confirm={t.yes}
              dismiss={t.no}
              onDone={onUser}
            >
              <p>{t.confirm}</p>
            </ConfirmedAction>
          </p>
        </>
      )}
    </section>
  );
}
