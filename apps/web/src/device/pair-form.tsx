import { useState, type FormEvent } from 'react';
import { hasCode } from '../api/problem.js';
import { useAction } from '../api/use-action.js';
import { useMessages } from '../messages/language.js';
import { Button } from '../ui/button.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Field } from '../ui/field.js';
import { Notice } from '../ui/notice.js';
import { StepHeading } from '../ui/step-heading.js';
import { pair } from './device-api.js';
import type { PairedAccount } from './device-store.js';
import { scannedCode } from './pairing-code.js';
import { useDeviceMessages } from './messages.js';

interface Props {
  /** There is nothing to go back to. */
  first: boolean;
  onPaired: (account: PairedAccount) => void;
  onCancel: () => void;
}

export function PairForm({ first, onPaired, onCancel }: Props) {
  const all = useMessages();
  const t = useDeviceMessages();
  const [code, setCode] = useState(scannedCode);
  const [name, setName] = useState(t.nameDefault);
  const [tried, setTried] = useState(false);
  const pairing = useAction((wish: { code: string; name: string }, key: string) => pair(wish.code, wish.name, key));
  const [noCode, noName] = [code.trim() === '', name.trim() === ''];

  async function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (noCode || noName) return;
    const account = await pairing.run({ code: code.trim(), name: name.trim() });
    if (account) onPaired(account);
  }

  const { failure } = pairing;
  const refused = hasCode(failure, 'pairing-invalid') || (hasCode(failure, 'invalid-request') && !noCode);
  return (
    <form className="flow" onSubmit={(event) => void submit(event)} noValidate>
      <StepHeading title={t.pairTitle} />
      <p className="lead">{t.pairLead}</p>
      {hasCode(failure, 'too-many-devices') ? (
        <Notice kind="error">{t.tooMany}</Notice>
      ) : refused ? (
        <Notice kind="error">{t.invalid}</Notice>
      ) : (
        <FailureNotice failure={failure} />
      )}
      <Field
        label={t.code}
        hint={t.codeHint}
        value={code}
        onChange={setCode}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={32}
        error={tried && noCode ? t.codeMissing : undefined}
      />
      <Field
        label={t.name}
        value={name}
        onChange={setName}
        autoComplete="off"
        maxLength={64}
        error={tried && noName ? t.nameMissing : undefined}
      />
      <div className="actions">
        <Button look="primary" type="submit" busy={pairing.busy}>
          {t.pair}
        </Button>
        {!first && <Button onClick={onCancel}>{all.cancel}</Button>}
      </div>
    </form>
  );
}
