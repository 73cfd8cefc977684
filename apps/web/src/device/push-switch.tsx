import { useEffect, useState } from 'react';
import { Button } from '../ui/button.js';
import { Notice } from '../ui/notice.js';
import type { PairedAccount } from './device-store.js';
import { pushOffered, turnOnPush } from './push.js';
import { useDeviceMessages } from './messages.js';

/** Asks for notifications only when pressed, as browsers and people want it. */
export function PushSwitch({ accounts }: { accounts: readonly PairedAccount[] }) {
  const t = useDeviceMessages();
  const [key, setKey] = useState<string>();
  const [state, setState] = useState<'off' | 'on' | 'refused'>('off');
  useEffect(() => void pushOffered().then(setKey), []);
  if (key === undefined) return null;
  if (state !== 'off') {
    return <Notice kind={state === 'on' ? 'success' : 'info'}>{state === 'on' ? t.pushOn : t.pushRefused}</Notice>;
  }
  const turnOn = () =>
    turnOnPush(key, accounts).then(
      (on) => setState(on ? 'on' : 'refused'),
      () => setState('refused'),
    );
  return <Button onClick={() => void turnOn()}>{t.push}</Button>;
}
