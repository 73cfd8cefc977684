import { useAction } from '../api/use-action.js';
import { useLanguage } from '../messages/language.js';
import { momentOf } from '../messages/moments.js';
import { ConfirmedAction } from './confirmed-action.js';
import type { HelpdeskUser } from './helpdesk.js';
import { helpdeskApi } from './helpdesk-api.js';
import { useHelpdeskMessages } from './messages.js';
import { Refusal } from './refusal.js';

interface Props {
  user: HelpdeskUser;
  notMe: NonNullable<HelpdeskUser['notMe']>;
  administrator: boolean;
  onUser: (user: HelpdeskUser) => void;
}

/** The owner reported that something was not them; an administrator lifts it. */
export function NotMePanel({ user, notMe, administrator, onUser }: Props) {
  const { language } = useLanguage();
  const t = useHelpdeskMessages().notMe;
  const lift = useAction(helpdeskApi.liftNotMe);
  return (
    <section className="part" aria-labelledby="not-me">
      <h2 id="not-me">{t.title}</h2>
      <p>{t.said(notMe.caseNumber, momentOf(notMe.at, language))}</p>
      <Refusal failure={lift.failure} />
      {administrator ? (
        <p>
          <ConfirmedAction
            label={t.lift}
            action={lift}
            input={user.accountId}
            title={t.liftTitle}
            confirm={t.liftYes}
            dismiss={t.no}
            onDone={onUser}
          >
            <p>{t.liftBody}</p>
          </ConfirmedAction>
        </p>
      ) : (
        <p className="hint">{t.administrator}</p>
      )}
    </section>
  );
}
