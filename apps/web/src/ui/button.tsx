import type { ComponentProps } from 'react';
import { useMessages } from '../messages/language.js';

type Props = ComponentProps<'button'> & { look?: 'primary' | 'secondary' | 'plain'; busy?: boolean };

/** A busy button keeps its focus and its place, and does nothing when pressed again. */
export function Button({ look = 'secondary', busy = false, type = 'button', children, onClick, ...rest }: Props) {
  const t = useMessages();
  return (
    <button
      {...rest}
      type={busy ? 'button' : type}
      className={`button ${look}`}
      aria-disabled={busy || undefined}
      onClick={busy ? undefined : onClick}
    >
      {busy && <span className="spinner" aria-hidden="true" />}
      <span className="button-text">{children}</span>
      {busy && <span className="visually-hidden">{t.working}</span>}
    </button>
  );
}
