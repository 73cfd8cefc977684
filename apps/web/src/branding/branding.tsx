import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { api } from '../api/client.js';
import type { Branding } from '../api/contract.js';
import { accentsOf } from './accent.js';

interface Shown extends Branding {
  /** shows the organisation that owns the typed name's domain */
  showFor(username: string): void;
}

const UNBRANDED: Branding = { organisation: null, logo: null, accent: null, helpdesk: null };
const Shown = createContext<Shown>({ ...UNBRANDED, showFor: () => {} });

/** The organisation's name, logo and colour. Missing branding is never an error: the page is then plainly Keyturn's. */
export function BrandingProvider({ children }: { children: ReactNode }) {
  const [branding, setBranding] = useState(UNBRANDED);
  const domain = useRef<string>(undefined);

  const show = useCallback((wanted: string | undefined) => {
    domain.current = wanted;
    api.branding(wanted).then(
      (found) => domain.current === wanted && setBranding({ ...UNBRANDED, ...found }),
      () => domain.current === wanted && setBranding(UNBRANDED),
    );
  }, []);
  const showFor = useCallback(
    (username: string) => {
      const wanted = domainOf(username);
      if (wanted !== undefined && wanted !== domain.current) show(wanted);
    },
    [show],
  );

  useEffect(() => show(undefined), [show]);
  useEffect(() => {
    const style = document.documentElement.style;
    const accents = branding.accent === null ? undefined : accentsOf(branding.accent);
    for (const [name, value] of Object.entries(accents ?? NO_ACCENTS)) {
      if (value === undefined) style.removeProperty(name);
      else style.setProperty(name, value);
    }
  }, [branding.accent]);

  return <Shown value={useMemo(() => ({ ...branding, showFor }), [branding, showFor])}>{children}</Shown>;
}

export function useBranding(): Shown {
  return useContext(Shown);
}

/** What follows the last @, when it looks complete. */
export function domainOf(username: string): string | undefined {
  const at = username.lastIndexOf('@');
  const domain = username
    .slice(at + 1)
    .normalize('NFKC')
    .trim()
    .toLowerCase();
  return at > 0 && /^[^\s.@]+(\.[^\s.@]+)+$/.test(domain) ? domain : undefined;
}

const NO_ACCENTS = { '--brand-light': undefined, '--brand-dark': undefined };
