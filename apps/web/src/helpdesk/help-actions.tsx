import { useState } from 'react';
import { useAction } from '../api/use-action.js';
import { useLanguage } from '../messages/language.js';
import { Notice } from '../ui/notice.js';
import { ConfirmedAction } from './confirmed-action.js';
import { ContactChoice, contactName } from './contact-choice.js';
import type { HelpCase, HelpdeskUser } from './helpdesk.js';
import { helpdeskApi, type InCase } from './helpdesk-api.js';
import { LiftBlocks } from './lift-blocks.js';
import { useHelpdeskMessages } from './messages.js';
import { Refusal } from './refusal.js';

interface Props {
  user: HelpdeskUser;
  helpCase: HelpCase;
  onUser: (user: HelpdeskUser) => void;
}

/** What a verified caller can be given: a pass that nobody else sees, or another try. */
export function HelpActions({ user, helpCase, onUser }: Props) {
  const t = useHelpdeskMessages().help;
  const where = { accountId: user.accountId, caseId: helpCase.caseId };
  return (
    <div className="step">
      <h3>{t.title}</h3>
      {helpCase.verifiedUntil === undefined ? (
        <p className="hint">{t.first}</p>
      ) : (
        <>
          <SendPass user={user} where={where} />
          <LiftBlocks where={where} onUser={onUser} />
        </>
      )}
    </div>
  );
}

function SendPass({ user: { contacts }, where }: { user: HelpdeskUser; where: InCase }) {
  const { formats } = useLanguage();
  const words = useHelpdeskMessages();
  const t = words.help;
  const [methodId, setMethodId] = useState(contacts[0]!.methodId);
  const [until, setUntil] = useState<string>();
  const send = useAction(helpdeskApi.sendPass);
  const chosen = contacts.find((one) => one.methodId === methodId) ?? contacts[0]!;
  return (
    <div className="deed">
      <h4>{t.passTitle}</h4>
      <p>{t.passWhy}</p>
      <ContactChoice
        name="pass"
        label={t.passChoose}
        contacts={contacts}
        chosen={chosen.methodId}
        onChoose={setMethodId}
      />
      <Refusal failure={send.failure} />
      {until !== undefined && (
        <Notice key={until} kind="success">
          {t.passSent(formats.moment(until))}
        </Notice>
      )}
      <p>
        <ConfirmedAction
          label={t.pass}
          look={until === undefined ? 'primary' : 'secondary'}
          action={send}
          input={{ ...where, methodId: chosen.methodId }}
          title={t.passConfirmTitle}
          confirm={t.passYes}
          dismiss={t.no}
          onDone={({ expiresAt }) => setUntil(expiresAt)}
        >
          <p>{t.passConfirm(contactName(chosen, words.contact))}</p>
        </ConfirmedAction>
      </p>
    </div>
  );
}
