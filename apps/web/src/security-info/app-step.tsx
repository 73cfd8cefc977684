import { useEffect, useState } from 'react';
import { useAction } from '../api/use-action.js';
import { useLanguage } from '../messages/language.js';
import { Button } from '../ui/button.js';
import { StepHeading } from '../ui/step-heading.js';
import { ChangeFailure } from './change-failure.js';
import { CodeEntry } from './code-entry.js';
import { Qr } from './qr.js';
import { securityInfo, type OwnMethods, type Registration } from './security-info-api.js';
import { useSecurityMessages } from './messages.js';

interface Props {
  replaces: string | undefined;
  onDone: (view: OwnMethods | undefined) => void;
  onCancel: () => void;
}

/** The picture an authenticator app scans, the same key to type, and the first code it shows. */
export function AppStep({ replaces, onDone, onCancel }: Props) {
  const { t } = useLanguage();
  const security = useSecurityMessages();
  const words = security.app;
  const [started, setStarted] = useState<Registration>();
  const start = useAction(securityInfo.register);
  useEffect(() => {
    const wish = { method: 'app-code' as const, ...(replaces !== undefined && { replaces }) };
    void start.run(wish).then((registration) => registration && setStarted(registration));
    // One key for each visit of this step.
  }, [replaces]);

  return (
    <div className="flow">
      <StepHeading eyebrow={security.title} title={words.title} />
      <ChangeFailure failure={start.failure} />
      {started ? (
        <>
          <p className="lead">{words.scan}</p>
          {started.qr && <Qr {...started.qr} label={words.picture} />}
          <p className="hint">
            {words.cannot} <code className="app-key">{grouped(started.secret ?? '')}</code>
          </p>
          {started.uri !== undefined && (
            <p className="aside">
              <a href={started.uri}>{words.open}</a>
            </p>
          )}
          <p>{security.code.app}</p>
          <CodeEntry
            method="app-code"
            digits={started.digits}
            answer={(code, key) => securityInfo.confirm(started.registrationId, code, key)}
            progress={() => Promise.resolve('waiting')}
            onDone={onDone}
            onCancel={onCancel}
          />
        </>
      ) : (
        <div className="actions">
          <Button onClick={onCancel}>{t.cancel}</Button>
        </div>
      )}
    </div>
  );
}

const grouped = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ');
