import { useId, useState, type FormEvent } from 'react';
import { hasCode } from '../api/problem.js';
import { useAction } from '../api/use-action.js';
import { useLanguage } from '../messages/language.js';
import { Button } from '../ui/button.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Field } from '../ui/field.js';
import { Notice } from '../ui/notice.js';
import { answer, type Approval, type ApprovalResult } from './device-api.js';
import type { PairedAccount } from './device-store.js';
import { useDeviceMessages } from './messages.js';

interface Props {
  account: PairedAccount;
  approval: Approval;
  /** Before the answer is sent: the list may lose it before its outcome is known here. */
  onAnswering: () => void;
}

/** Asks for the number on the other screen: approving takes more than a tap. */
export function ApprovalCard({ account, approval, onAnswering }: Props) {
  const { formats } = useLanguage();
  const t = useDeviceMessages();
  const [number, setNumber] = useState('');
  const [tried, setTried] = useState(false);
  const [result, setResult] = useState<ApprovalResult>();
  const title = useId();
  const digits = number.normalize('NFKC').replace(/\D/g, '');
  const answering = useAction((wish: Parameters<typeof answer>[2]) => answer(account, approval.approvalId, wish));

  async function give(wish: Parameters<typeof answer>[2]) {
    onAnswering();
    const given = await answering.run(wish);
    if (given) setResult(given);
  }

  function approve(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (digits.length === 2) void give({ answer: 'approve', number: digits });
  }

  if (result) {
    const text = { approved: t.approved, 'wrong-number': t.wrong, denied: t.denied }[result];
    return <Notice kind={result === 'approved' ? 'success' : result === 'denied' ? 'info' : 'error'}>{text}</Notice>;
  }
  if (hasCode(answering.failure, 'approval-closed')) return <Notice kind="info">{t.closed}</Notice>;
  const ask = approval.reason === 'account-locked' ? t.askTitleUnlock : t.askTitle;
  const { from } = approval;
  return (
    <form className="approval" aria-labelledby={title} onSubmit={approve} noValidate>
      <h4 id={title}>{ask(approval.organisation)}</h4>
      <dl>
        <div>
          <dt>{t.asked}</dt>
          <dd>{formats.moment(approval.askedAt)}</dd>
        </div>
        {from && (
          <>
            <div>
              <dt>{t.from}</dt>
              <dd>{t.fromWhat(from.browser, from.system)}</dd>
            </div>
            <div>
              <dt>{t.network}</dt>
              <dd>{from.network}</dd>
            </div>
          </>
        )}
      </dl>
      <FailureNotice failure={answering.failure} />
      <Field
        className="code"
        label={t.number}
        hint={t.numberHint}
        value={number}
        onChange={setNumber}
        inputMode="numeric"
        autoComplete="off"
        maxLength={4}
        error={tried && digits.length !== 2 ? t.numberMissing : undefined}
      />
      <div className="actions">
        <Button look="primary" type="submit" busy={answering.busy}>
          {t.approve}
        </Button>
        <Button busy={answering.busy} onClick={() => void give({ answer: 'deny' })}>
          {t.deny}
        </Button>
      </div>
    </form>
  );
}
