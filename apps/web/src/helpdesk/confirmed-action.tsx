import { useState, type ReactNode } from 'react';
import type { Action } from '../api/use-action.js';
import { Button } from '../ui/button.js';
import { ConfirmDialog } from '../ui/confirm-dialog.js';

interface Props<Input, Result> {
  label: string;
  look?: 'primary' | 'secondary';
  action: Action<Input, Result>;
  /** what is done when it is confirmed */
  input: Input;
  title: string;
  confirm: string;
  dismiss: string;
  /** what will come of it */
  children: ReactNode;
  onDone: (result: Result) => void;
}

/** Something that cannot be taken back: a button, and a question in between. A refusal is the caller's to show. */
export function ConfirmedAction<Input, Result>(props: Props<Input, Result>) {
  const { label, look = 'secondary', action, input, title, confirm, dismiss, children, onDone } = props;
  const [asking, setAsking] = useState(false);

  async function confirmed() {
    const result = await action.run(input);
    setAsking(false);
    if (result !== undefined) onDone(result);
  }

  return (
    <>
      <Button
        look={look}
        onClick={() => {
          action.clear();
          setAsking(true);
        }}
      >
        {label}
      </Button>
      <ConfirmDialog
        open={asking}
        title={title}
        confirm={confirm}
        dismiss={dismiss}
        busy={action.busy}
        onConfirm={() => void confirmed()}
        onDismiss={() => setAsking(false)}
      >
        {children}
      </ConfirmDialog>
    </>
  );
}
