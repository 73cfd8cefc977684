import { useSyncExternalStore, type ComponentProps, type MouseEvent } from 'react';

/** The pages are few and flat, so the address bar itself is the router's whole state. */
export function usePath(): string {
  return useSyncExternalStore(onNavigation, () => location.pathname.replace(/(.)\/+$/, '$1'));
}

/** Set by `?kiosk`: a lock screen or shared terminal, shown without header and footer. */
export function isKiosk(): boolean {
  return new URLSearchParams(location.search).has('kiosk');
}

/** Goes to another page of the portal; `?kiosk` and `?lang` travel along. */
export function navigate(path: string): void {
  history.pushState(null, '', path + location.search);
  announceNavigation();
  window.scrollTo(0, 0);
}

export function Link({ to, ...rest }: { to: string } & Omit<ComponentProps<'a'>, 'href' | 'onClick'>) {
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
    event.preventDefault();
    navigate(to);
  };
  return <a {...rest} href={to + location.search} onClick={follow} />;
}

export function onNavigation(listener: () => void): () => void {
  window.addEventListener('popstate', listener);
  window.addEventListener(NAVIGATED, listener);
  return () => {
    window.removeEventListener('popstate', listener);
    window.removeEventListener(NAVIGATED, listener);
  };
}

export function announceNavigation(): void {
  window.dispatchEvent(new Event(NAVIGATED));
}

const NAVIGATED = 'keyturn:navigated';
