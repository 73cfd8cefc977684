import { useState, type FormEvent } from 'react';
import { useAction } from '../api/use-action.js';
import { Button } from '../ui/button.js';
import { ConfirmDialog } from '../ui/confirm-dialog.js';
import { Field } from '../ui/field.js';
import { Notice } from '../ui/notice.js';
import { useFirstError } from '../ui/use-first-error.js';
import type { HelpdeskUser } from './helpdesk.js';
import { helpdeskApi, type InCase } from './helpdesk-api.js';
import { useHelpdeskMessages } from './messages.js';
import { Refusal } from './refusal.js';

/** Failed tries are forgotten, for a reason that is kept. */
export function LiftBlocks({ where, onUser }: { where: InCase; onUser: (user: HelpdeskUser) => void }) {
  const t = useHelpdeskMessages().help;
  const [reason, setReason] = useState('');
  const [attempt, setAttempt] = useState(0);
  const [asking, setAsking] = useState(false);
  const [lifted, setLifted] = useState(false);
  const lift = useAction(helpdeskApi.liftBlocks);
  const form = useFirstError(attempt);

  function submit(event: FormEvent) {
    event.preventDefault();
    setAttempt(attempt + 1);
    lift.clear();
    if (reason.trim() !== '') setAsking(true);
  }

  async function confirmed() {
    const now = await lift.run({ ...where, reason: reason.trim() });
    setAsking(false);
    if (!now) return;
    setLifted(true);
    setReason('');
    setAttempt(0);
    onUser(now);
  }

  return (
    <form ref={form} className="deed" noValidate onSubmit={submit}>
      <h4>{t.liftTitle}</h4>
      <p>{t.liftWhy}</p>
      <Refusal failure={lift.failure} />
      {lifted && <Notice kind="success">{t.lifted}</Notice>}
      <Field
        label={t.liftReason}
        hint={t.liftReasonHint}
        value={reason}
        onChange={setReason}
        error={attempt > 0 && reason.trim() === '' ? t.liftReasonMissing : undefined}
        name="reason"
        autoComplete="off"
        maxLength={500}
      />
      <div className="actions">
        <Button type="submit">{t.lift}</Button>
      </div>
      <ConfirmDialog
        open={asking}
        title={t.liftConfirmTitle}
        confirm={t.liftYes}
        dismiss={t.no}
        busy={lift.busy}
        onConfirm={() => void confirmed()}
        onDismiss={() => setAsking(false)}
      >
        <p>{t.liftConfirm}</p>
      </ConfirmDialog>
    </form>
  );
}
