import { useEffect, useId, useRef, type ReactNode } from 'react';
import { Button } from './button.js';

interface Props {
  open: boolean;
  title: string;
  children: ReactNode;
  confirm: string;
  dismiss: string;
  busy?: boolean;
  onConfirm: () => void;
  onDismiss: () => void;
}

/** A modal question on the platform's own dialog: it traps focus, closes on Escape and returns the focus. */
export function ConfirmDialog({ open, title, children, confirm, dismiss, busy = false, onConfirm, onDismiss }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    if (open && !element?.open) element?.showModal();
    if (!open && element?.open) element.close();
  }, [open]);

  // The platform tells of it a moment later: whoever was fast has it open again by then.
  const onClose = () => {
    if (!dialog.current?.open) onDismiss();
  };

  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={id} onClose={onClose} onCancel={onDismiss}>
      <h2 id={id}>{title}</h2>
      <div>{children}</div>
      <div className="actions">
        <Button look="primary" busy={busy} onClick={onConfirm}>
          {confirm}
        </Button>
        <Button onClick={onDismiss}>{dismiss}</Button>
      </div>
    </dialog>
  );
}
