import { useCallback, useEffect, useState } from 'react';
import '../styles/device.css';
import { Button } from '../ui/button.js';
import { Notice } from '../ui/notice.js';
import { Page } from '../ui/page.js';
import { StepHeading } from '../ui/step-heading.js';
import { AccountPanel } from './account-panel.js';
import { deviceStore, type PairedAccount } from './device-store.js';
import { PairForm } from './pair-form.js';
import { scannedCode } from './pairing-code.js';
import { PushSwitch } from './push-switch.js';
import { canKeepKeys } from './signature.js';
import { useDeviceMessages } from './messages.js';

/** The authenticator: pairs this device by a scanned or typed code, and answers what waits for its owner. */
export default function DevicePage() {
  const t = useDeviceMessages();
  const [accounts, setAccounts] = useState<PairedAccount[]>();
  const [pairing, setPairing] = useState(scannedCode() !== '');
  const [paired, setPaired] = useState<PairedAccount>();
  const load = useCallback(() => deviceStore.all().then(setAccounts, () => setAccounts([])), []);
  useEffect(() => {
    if (canKeepKeys()) void load();
    return linkManifest();
  }, [load]);

  async function keep(account: PairedAccount) {
    await deviceStore.keep(account);
    setPaired(account);
    setPairing(false);
    await load();
  }

  async function forget({ deviceId }: PairedAccount) {
    await deviceStore.forget(deviceId);
    setPaired(undefined);
    await load();
  }

  if (!canKeepKeys()) {
    return (
      <Page>
        <div className="flow">
          <StepHeading title={t.title} />
          <Notice kind="error">{t.unsupported}</Notice>
        </div>
      </Page>
    );
  }
  if (!accounts) return <Page>{null}</Page>;
  const asking = pairing || accounts.length === 0;
  return (
    <Page>
      {asking ? (
        <PairForm first={accounts.length === 0} onPaired={keep} onCancel={() => setPairing(false)} />
      ) : (
        <div className="flow">
          <StepHeading title={t.title} />
          {paired && <Notice kind="success">{t.paired(paired.organisation)}</Notice>}
          <h2 className="visually-hidden">{t.accounts}</h2>
          {accounts.map((account) => (
            <AccountPanel key={account.deviceId} account={account} onForget={() => void forget(account)} />
          ))}
          <PushSwitch accounts={accounts} />
          <div className="actions">
            <Button onClick={() => setPairing(true)}>{t.another}</Button>
          </div>
        </div>
      )}
    </Page>
  );
}

/** Only this page can be put on the home screen. */
function linkManifest(): () => void {
  const link = document.createElement('link');
  link.rel = 'manifest';
  link.href = '/device.webmanifest';
  document.head.append(link);
  return () => link.remove();
}
