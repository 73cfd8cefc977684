import { useState } from 'react';
import { useAction } from '../api/use-action.js';
import { useLanguage } from '../messages/language.js';
import { Notice } from '../ui/notice.js';
import { ConfirmedAction } from './confirmed-action.js';
import type { HelpdeskUser } from './helpdesk.js';
import { helpdeskApi } from './helpdesk-api.js';
import { useHelpdeskMessages } from './messages.js';
import { ProposeForm } from './propose-form.js';
import { Refusal } from './refusal.js';

interface Props {
  user: HelpdeskUser;
  onUser: (user: HelpdeskUser) => void;
}

/** A contact for somebody who can reach none of theirs: two administrators have to want it. */
export function NewContact({ user, onUser }: Props) {
  const t = useHelpdeskMessages().contact;
  const [said, setSaid] = useState<'proposed' | 'approved' | 'rejected'>();
  const { proposal, case: helpCase } = user;
  const then = (words: NonNullable<typeof said>) => (now: HelpdeskUser) => {
    setSaid(words);
    onUser(now);
  };
  return (
    <section className="part" aria-labelledby="new-contact">
      <h2 id="new-contact">{t.title}</h2>
      <p>{t.why}</p>
      {said && <Notice kind="success">{t[said]}</Notice>}
      {proposal ? (
        <Waiting user={user} proposal={proposal} onDecided={then} />
      ) : helpCase?.mine ? (
        <ProposeForm accountId={user.accountId} caseId={helpCase.caseId} onProposed={then('proposed')} />
      ) : (
        <p className="hint">{t.needCase}</p>
      )}
    </section>
  );
}

interface WaitingProps {
  user: HelpdeskUser;
  proposal: NonNullable<HelpdeskUser['proposal']>;
  onDecided: (how: 'approved' | 'rejected') => (user: HelpdeskUser) => void;
}

function Waiting({ user, proposal, onDecided }: WaitingProps) {
  const { formats } = useLanguage();
  const t = useHelpdeskMessages().contact;
  const decide = useAction(helpdeskApi.decide);
  const { proposalId, method, hint, mine, expiresAt } = proposal;
  const which = { accountId: user.accountId, proposalId };
  const kind = method === 'email' ? t.email : t.sms;
  return (
    <>
      <Notice kind="info">{t.waiting(kind, hint, formats.moment(expiresAt))}</Notice>
      <p>{mine ? t.mine : t.decide}</p>
      <Refusal failure={decide.failure} />
      <div className="help-bar">
        {!mine && (
          <ConfirmedAction
            label={t.approve}
            look="primary"
            action={decide}
            input={{ ...which, decision: 'approve' }}
            title={t.approveTitle}
            confirm={t.approveYes}
            dismiss={t.no}
            onDone={onDecided('approved')}
          >
            <p>
              {kind} {hint}
            </p>
            <p>{t.approveBody}</p>
          </ConfirmedAction>
        )}
        <ConfirmedAction
          label={t.reject}
          action={decide}
          input={{ ...which, decision: 'reject' }}
          title={t.rejectTitle}
          confirm={t.rejectYes}
          dismiss={t.no}
          onDone={onDecided('rejected')}
        >
          <p>{t.rejectBody}</p>
        </ConfirmedAction>
      </div>
    </>
  );
}
