import type { ReactNode } from 'react';
import { AlertIcon, CheckIcon, InfoIcon } from './icons.js';

const ICONS = { error: AlertIcon, info: InfoIcon, success: CheckIcon };

/** A message about the whole step. Errors are announced at once, the rest when the reader pauses. */
export function Notice({ kind, children }: { kind: keyof typeof ICONS; children: ReactNode }) {
  const Icon = ICONS[kind];
  return (
    <div className={`notice ${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
      <Icon />
      <div>{children}</div>
    </div>
  );
}
