import { useEffect, useState, type FormEvent } from 'react';
import type { Method } from '../api/contract.js';
import { hasCode, type Failure } from '../api/problem.js';
import { useAction } from '../api/use-action.js';
import { useMessages } from '../messages/language.js';
import { Button } from '../ui/button.js';
import { Field } from '../ui/field.js';
import { Notice } from '../ui/notice.js';
import { useFirstError } from '../ui/use-first-error.js';
import { ChangeFailure } from './change-failure.js';
import type { Progress } from './security-info-api.js';
import { useSecurityMessages } from './messages.js';

interface Props<Result> {
  method: Method;
  /** length of the code; none where the phone itself is answered */
  digits: number | undefined;
  answer: (code: string, key: string) => Promise<Result>;
  /** sends another code */
  resend?: (key: string) => Promise<unknown>;
  /** how a call stands */
  progress: () => Promise<Progress>;
  onDone: (result: Result | undefined) => void;
  onCancel: () => void;
}

/** Takes the code that was sent or is shown by an app, or waits for the key pressed in a call. */
export function CodeEntry<Result>(props: Props<Result>) {
  return props.digits === undefined ? <CallWait {...props} /> : <CodeForm {...props} />;
}

function CodeForm<Result>({ method, answer, resend, onDone, onCancel }: Props<Result>) {
  const t = useSecurityMessages().code;
  const { cancel } = useMessages();
  const [code, setCode] = useState('');
  const [attempt, setAttempt] = useState(0);
  const [resent, setResent] = useState(false);
  const confirm = useAction((typed: string, key: string) => answer(typed, key).then((result) => ({ result })));
  const again = useAction((_: undefined, key: string) => (resend ? resend(key) : Promise.resolve()).then(() => true));
  const form = useFirstError(`${attempt} ${confirm.failure?.message}`);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setAttempt(attempt + 1);
    setResent(false);
    const typed = code.normalize('NFKC').replace(/\s/g, '');
    if (typed === '') return;
    const done = await confirm.run(typed);
    if (done) onDone(done.result);
  }

  async function sendAgain() {
    confirm.clear();
    setCode('');
    if (await again.run(undefined)) setResent(true);
  }

  return (
    <form ref={form} noValidate onSubmit={submit}>
      {resent && <Notice kind="success">{t.resent}</Notice>}
      {!isAboutCode(confirm.failure) && <ChangeFailure failure={confirm.failure} />}
      <ChangeFailure failure={again.failure} />
      <Field
        className="code"
        label={t.label}
        value={code}
        onChange={setCode}
        error={attempt > 0 && code.trim() === '' && !resent ? t.missing : codeError(confirm.failure, t)}
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
      />
      <div className="actions">
        <Button look="primary" type="submit" busy={confirm.busy}>
          {t.submit}
        </Button>
        <Button onClick={onCancel}>{cancel}</Button>
      </div>
      {resend && method !== 'app-code' && (
        <p className="aside">
          <Button look="plain" busy={again.busy} onClick={() => void sendAgain()}>
            {t.resend}
          </Button>
        </p>
      )}
    </form>
  );
}

function CallWait<Result>({ progress, onDone, onCancel }: Props<Result>) {
  const t = useSecurityMessages().code;
  const { cancel } = useMessages();
  const [state, setState] = useState<Progress>('waiting');
  useEffect(() => {
    if (state !== 'waiting') return;
    const timer = setInterval(() => void progress().then(setState, () => {}), POLL_MS);
    return () => clearInterval(timer);
  }, [state, progress]);
  useEffect(() => {
    if (state === 'confirmed') onDone(undefined);
    // Once, when the call has been answered.
  }, [state]);

  return (
    <div className="flow">
      {state === 'denied' || state === 'expired' ? (
        <Notice kind="error">{state === 'denied' ? t.denied : t.expired}</Notice>
      ) : (
        <p className="lead" role="status">
          {t.calling}
        </p>
      )}
      <div className="actions">
        <Button onClick={onCancel}>{cancel}</Button>
      </div>
    </div>
  );
}

const isAboutCode = (failure: Failure | undefined): boolean =>
  hasCode(failure, 'challenge-failed', 'challenge-expired', 'challenge-not-current');

function codeError(
  failure: Failure | undefined,
  t: ReturnType<typeof useSecurityMessages>['code'],
): string | undefined {
  if (hasCode(failure, 'challenge-expired', 'challenge-not-current')) return t.expired;
  if (!hasCode(failure, 'challenge-failed')) return undefined;
  const { triesLeft } = failure.details;
  return triesLeft === undefined ? t.wrong : `${t.wrong} ${t.triesLeft(triesLeft)}`;
}

const POLL_MS = 2_000;
