import { useEffect, useId, useState } from 'react';
import { Button } from '../ui/button.js';
import { ConfirmDialog } from '../ui/confirm-dialog.js';
import { Notice } from '../ui/notice.js';
import { ApprovalCard } from './approval-card.js';
import { follow, remove, type Approval } from './device-api.js';
import type { PairedAccount } from './device-store.js';
import { useDeviceMessages } from './messages.js';

type Link = 'connecting' | 'connected' | 'removed';

/** One account of this device, and what waits for its owner's answer. */
export function AccountPanel({ account, onForget }: { account: PairedAccount; onForget: () => void }) {
  const t = useDeviceMessages();
  const [link, setLink] = useState<Link>('connecting');
  const [approvals, setApprovals] = useState<Approval[]>([]);
  /** Stays on the screen with its outcome when the server's list no longer has it. */
  const [answered, setAnswered] = useState<Approval>();
  const [asking, setAsking] = useState(false);
  const title = useId();

  useEffect(() => {
    const stop = new AbortController();
    const connected = (is: boolean) => setLink(is ? 'connected' : 'connecting');
    void follow(account, setApprovals, connected, stop.signal).then((known) => {
      if (!known) setLink('removed');
    });
    return () => stop.abort();
  }, [account]);

  const shown = [...approvals.filter(({ approvalId }) => approvalId !== answered?.approvalId)];
  if (answered) shown.unshift(answered);
  return (
    <section className="device-account" aria-labelledby={title}>
      <h3 id={title}>
        {account.organisation} <span className="hint">{account.username}</span>
      </h3>
      {link === 'removed' ? (
        <Notice kind="info">{t.removed}</Notice>
      ) : (
        <p className="hint" role="status">
          {link === 'connected' ? t.connected : t.connecting}
        </p>
      )}
      <div aria-live="polite">
        {shown.length === 0 && link === 'connected' && <p>{t.quiet}</p>}
        {shown.map((approval) => (
          <ApprovalCard
            key={approval.approvalId}
            account={account}
            approval={approval}
            onAnswering={() => setAnswered(approval)}
          />
        ))}
      </div>
      <Button look="plain" onClick={() => (link === 'removed' ? onForget() : setAsking(true))}>
        {t.forget}
      </Button>
      <ConfirmDialog
        open={asking}
        title={t.forgetTitle}
        confirm={t.forget}
        dismiss={t.keep}
        onConfirm={() => void remove(account).then(onForget, () => setAsking(false))}
        onDismiss={() => setAsking(false)}
      >
        <p>{t.forgetBody}</p>
      </ConfirmDialog>
    </section>
  );
}
