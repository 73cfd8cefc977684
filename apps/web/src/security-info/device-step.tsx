import { useEffect, useState } from 'react';
import { useAction } from '../api/use-action.js';
import { useLanguage } from '../messages/language.js';
import { Button } from '../ui/button.js';
import { StepHeading } from '../ui/step-heading.js';
import { ChangeFailure } from './change-failure.js';
import { Qr } from './qr.js';
import { securityInfo, type OwnMethods, type Pairing } from './security-info-api.js';
import { useSecurityMessages } from './messages.js';

/** Milliseconds between two looks whether the device has paired. */
const lookEveryMs = 2_000;

interface Props {
  onDone: (view: OwnMethods | undefined) => void;
  onCancel: () => void;
}

/** The picture a phone scans to become the person's device; the page goes on by itself once it has. */
export function DeviceStep({ onDone, onCancel }: Props) {
  const { t, formats } = useLanguage();
  const security = useSecurityMessages();
  const words = security.device;
  const [pairing, setPairing] = useState<Pairing>();
  const offer = useAction((_: undefined, key: string) => securityInfo.pairDevice(key));
  useEffect(() => {
    void offer.run(undefined).then((offered) => offered && setPairing(offered));
  }, []);

  const deviceId = pairing?.deviceId;
  useEffect(() => {
    if (deviceId === undefined) return;
    let over = false;
    const look = async () => {
      const view = await securityInfo.list().catch(() => undefined);
      if (!over && view?.methods.some(({ methodId }) => methodId === deviceId)) onDone(view);
    };
    const timer = setInterval(() => void look(), lookEveryMs);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, [deviceId]);

  return (
    <div className="flow">
      <StepHeading eyebrow={security.title} title={words.title} />
      <ChangeFailure failure={offer.failure} />
      {pairing && (
        <>
          <p className="lead">{words.scan}</p>
          <Qr {...pairing.qr} label={words.picture} />
          <p className="hint">
            {words.cannot} <code className="app-key">{pairing.pairingCode}</code>
          </p>
          <p className="aside">
            <a href={pairing.pairingUrl} target="_blank" rel="noreferrer">
              {words.open}
            </a>
          </p>
          <p role="status">{words.waiting(formats.moment(Date.parse(pairing.expiresAt)))}</p>
        </>
      )}
      <div className="actions">
        <Button onClick={onCancel}>{t.cancel}</Button>
      </div>
    </div>
  );
}
