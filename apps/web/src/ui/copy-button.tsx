import { useState, type RefObject } from 'react';
import { useMessages } from '../messages/language.js';

interface Props {
  text: string;
  /** what it copies, for whoever does not see what it stands beside */
  label: string;
  /** where the text stands: it is selected where the browser lets no page copy */
  shownIn?: RefObject<HTMLElement | null>;
}

/** Copies, and says so; a screen reader hears it too. */
export function CopyButton({ text, label, shownIn }: Props) {
  const t = useMessages().help;
  const [done, setDone] = useState<'copied' | 'selected'>();

  async function copy(): Promise<void> {
    // There is no clipboard but on https and on this machine.
    const copied = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    if (copied) setDone('copied');
    else if (shownIn?.current && select(shownIn.current)) setDone('selected');
  }

  return (
    <span className="copy">
      <button type="button" className="button plain" onClick={() => void copy()}>
        {done === 'copied' ? t.copied : t.copy}
        <span className="visually-hidden"> {label}</span>
      </button>
      <span className={done === 'selected' ? 'hint' : 'visually-hidden'} role="status">
        {done === 'selected' ? t.selected : done === 'copied' ? t.copied : ''}
      </span>
    </span>
  );
}

function select(element: HTMLElement): boolean {
  const selection = getSelection();
  selection?.selectAllChildren(element);
  return selection !== null;
}
