import { useEffect, useState, type ReactNode } from 'react';
import { useBranding } from '../branding/branding.js';
import { LANGUAGES, useLanguage, useMessages, type Language } from '../messages/language.js';
import { isKiosk } from '../routing.js';
import { GlobeIcon, KeyturnMark } from './icons.js';

/**
 * The frame of every page: organisation above, the card, language and maker below. A kiosk shows the card alone; pages of
 * administration are wide.
 */
export function Page({ wide = false, children }: { wide?: boolean; children: ReactNode }) {
  const t = useMessages();
  const kiosk = isKiosk();
  return (
    <div className={['page', kiosk && 'kiosk', wide && 'wide'].filter(Boolean).join(' ')}>
      <a className="skip-link" href="#content" onClick={focusContent}>
        {t.skipToContent}
      </a>
      {!kiosk && (
        <header className="page-header">
          <Organisation />
        </header>
      )}
      <main id="content" className="card" tabIndex={-1}>
        {children}
      </main>
      <footer className="page-footer">
        <LanguageSwitch />
        {!kiosk && (
          <p className="maker">
            <KeyturnMark />
            {t.poweredBy}
          </p>
        )}
      </footer>
    </div>
  );
}

function Organisation() {
  const t = useMessages();
  const { organisation, logo } = useBranding();
  const [broken, setBroken] = useState<string | null>(null);
  useEffect(() => setBroken(null), [logo]);
  return (
    <p className="organisation">
      {logo !== null && logo !== broken ? <img src={logo} alt="" onError={() => setBroken(logo)} /> : <KeyturnMark />}
      <span>{organisation ?? t.product}</span>
    </p>
  );
}

function LanguageSwitch() {
  const { language, choose, t } = useLanguage();
  return (
    <label className="language">
      <GlobeIcon />
      <span className="visually-hidden">{t.language}</span>
      <select value={language} onChange={(event) => choose(event.target.value as Language)}>
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The address keeps its fragment free: nothing but the not-me link ever uses one. */
function focusContent(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}
