import { useEffect, useRef, type RefObject } from 'react';

/** Moves the focus to the form's first invalid field each time `attempt` changes and something is invalid. */
export function useFirstError(attempt: unknown): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [attempt]);
  return form;
}
