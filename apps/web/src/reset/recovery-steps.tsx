import { useState } from 'react';
import { api } from '../api/client.js';
import type { Method } from '../api/contract.js';
import { useLanguage } from '../messages/language.js';
import { ConfirmDialog } from '../ui/confirm-dialog.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Notice } from '../ui/notice.js';
import { useSecondsUntil } from '../ui/use-countdown.js';
import { ChallengeStep } from './challenge-step.js';
import { MethodStep } from './method-step.js';
import { PasswordStep } from './password-step.js';
import type { Step } from './steps.js';
import { useRecovery, useRecoveryAction } from './use-recovery.js';
import type { WizardActions } from './use-wizard.js';
import { WaitingStep } from './waiting-step.js';

interface Props {
  step: Step;
  go: WizardActions;
  stopping: boolean;
  onStopping: (stopping: boolean) => void;
}

/** The steps of an open recovery, with its two ways out: cancel, and the administrator. */
export function RecoverySteps({ step, go, stopping, onStopping }: Props) {
  const { t } = useLanguage();
  const { held, accept } = useRecovery();
  const [asking, setAsking] = useState(false);
  const [contacts, setContacts] = useState<Partial<Record<Method, string>>>({});
  const cancel = useRecoveryAction((_: void, key: string) => api.cancel(held, key));
  const contact = useRecoveryAction((_: void, key: string) => api.contactAdministrator(held, key));

  async function end(action: typeof cancel) {
    const view = await action.run();
    if (!view) return;
    onStopping(false);
    setAsking(false);
    accept(view);
  }

  const exits = { onCancel: () => onStopping(true), onContactAdministrator: () => setAsking(true) };
  const remember = (method: Method, address: string) => setContacts((known) => ({ ...known, [method]: address }));
  return (
    <>
      {step === 'method' && <MethodStep onIssued={go.toCode} onContact={remember} {...exits} />}
      {step === 'code' && <ChallengeStep contacts={contacts} onOtherWay={go.chooseMethod} {...exits} />}
      {step === 'password' && <PasswordStep onCancel={exits.onCancel} />}
      {step === 'waiting' && <WaitingStep />}
      {step !== 'waiting' && <TimeLeft />}
      <ConfirmDialog
        open={stopping}
        title={t.stop.title}
        confirm={t.stop.stop}
        dismiss={t.stop.goOn}
        busy={cancel.busy}
        onConfirm={() => void end(cancel)}
        onDismiss={() => onStopping(false)}
      >
        <p>{t.stop.body}</p>
        <FailureNotice failure={cancel.failure} />
      </ConfirmDialog>
      <ConfirmDialog
        open={asking}
        title={t.stop.contactTitle}
        confirm={t.stop.contact}
        dismiss={t.stop.goOn}
        busy={contact.busy}
        onConfirm={() => void end(contact)}
        onDismiss={() => setAsking(false)}
      >
        <p>{t.stop.contactBody}</p>
        <FailureNotice failure={contact.failure} />
      </ConfirmDialog>
    </>
  );
}

/** The recovery's end is told from the start and again, aloud, when little is left. */
function TimeLeft() {
  const { t, formats } = useLanguage();
  const { view, toLocal } = useRecovery();
  const end = toLocal(view.expiresAt);
  const soon = useSecondsUntil(end) <= WARN_AT_S;
  return soon ? (
    <Notice kind="info">{t.reset.expiresSoon(formats.duration(WARN_AT_S))}</Notice>
  ) : (
    <p className="time-left">{t.reset.expiresAt(formats.moment(end))}</p>
  );
}

const WARN_AT_S = 120;
