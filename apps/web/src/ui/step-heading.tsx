import { useEffect, useRef, type ReactNode } from 'react';
import { useBranding } from '../branding/branding.js';
import { useMessages } from '../messages/language.js';

/**
 * The step's one h1. It takes the focus when the step replaces another, so that a screen reader reads on from there;
 * the first step of a freshly opened page leaves the focus where the browser puts it.
 */
export function StepHeading({ title, eyebrow }: { title: string; eyebrow?: ReactNode }) {
  const t = useMessages();
  const { organisation } = useBranding();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (shownBefore) heading.current?.focus();
    shownBefore = true;
  }, []);
  useEffect(() => {
    document.title = [title, organisation, t.product].filter(Boolean).join(' – ');
  }, [title, organisation, t]);
  return (
    <div className="heading">
      {eyebrow && <p className="eyebrow">{eyebrow}</p>}
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
    </div>
  );
}

let shownBefore = false;
