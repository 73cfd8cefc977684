import { useAction } from '../api/use-action.js';
import { Button } from '../ui/button.js';
import type { HelpdeskUser } from './helpdesk.js';
import { helpdeskApi } from './helpdesk-api.js';
import { ConfirmedAction } from './confirmed-action.js';
import { HelpActions } from './help-actions.js';
import { useHelpdeskMessages } from './messages.js';
import { Refusal } from './refusal.js';
import { VerifyCaller } from './verify-caller.js';

/** The member's own case: the caller is verified in it, and then helped. */
export function CasePanel({ user, onUser }: { user: HelpdeskUser; onUser: (user: HelpdeskUser) => void }) {
  const t = useHelpdeskMessages();
  const words = t.assist;
  const open = useAction(helpdeskApi.openCase);
  const { case: helpCase } = user;

  return (
    <section className="part" aria-labelledby="assist">
      <h2 id="assist">{words.title}</h2>
      {helpCase?.mine ? (
        <>
          <p className="hint">{words.number(helpCase.caseNumber)}</p>
          {user.contacts.length === 0 ? (
            <p>{t.help.noContact}</p>
          ) : (
            <>
              <VerifyCaller key={helpCase.caseId} user={user} helpCase={helpCase} onUser={onUser} />
              <HelpActions user={user} helpCase={helpCase} onUser={onUser} />
            </>
          )}
        </>
      ) : (
        <>
          <p>{helpCase ? words.theirs(helpCase.caseNumber) : words.startWhy}</p>
          <Refusal failure={open.failure} />
          <p>
            {helpCase ? (
              <ConfirmedAction
                label={words.start}
                action={open}
                input={user.accountId}
                title={words.takeTitle}
                confirm={words.take}
                dismiss={words.back}
                onDone={onUser}
              >
                <p>{words.takeBody}</p>
              </ConfirmedAction>
            ) : (
              <Button
                look="primary"
                busy={open.busy}
                onClick={async () => {
                  const now = await open.run(user.accountId);
                  if (now) onUser(now);
                }}
              >
                {words.start}
              </Button>
            )}
          </p>
        </>
      )}
    </section>
  );
}
