import { useState, type FormEvent } from 'react';
import { api, type RecoveryRequest } from '../api/client.js';
import type { Reason } from '../api/contract.js';
import { hasCode } from '../api/problem.js';
import { newKey } from '../api/transport.js';
import { useAction } from '../api/use-action.js';
import type { CaptchaHandle, Drawn } from '../captcha/use-captcha.js';
import { useMessages } from '../messages/language.js';
import { Button } from '../ui/button.js';
import { Choice, ChoiceGroup } from '../ui/choice.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { KeyIcon, LockIcon } from '../ui/icons.js';
import { StepHeading } from '../ui/step-heading.js';
import { useFirstError } from '../ui/use-first-error.js';
import type { Draft } from './draft.js';
import { Progress } from './progress.js';
import type { WizardActions } from './use-wizard.js';

interface Props {
  draft: Draft;
  onDraft: (draft: Draft) => void;
  captcha: CaptchaHandle;
  go: WizardActions;
}

/** Asked of everybody before eligibility is looked at, so the page tells a stranger nothing. */
export function ReasonStep({ draft, onDraft, captcha, go }: Props) {
  const t = useMessages();
  const [attempt, setAttempt] = useState(0);
  const form = useFirstError(attempt);
  const username = draft.username.trim();
  const start = useAction(
    async ({ reason, drawn, typed }: { reason: Reason; drawn: Drawn | undefined; typed: string }, key: string) => {
      const begin = async (solved: Drawn | undefined, itsKey: string) =>
        api.startRecovery(await requestOf(username, reason, solved, typed), itsKey);
      try {
        return await begin(drawn, key).catch(async (error) => {
          if (!hasCode(error, 'captcha-failed') || drawn?.mode === 'local') throw error;
          // Nobody typed anything, so nobody is asked: the work has grown too old and is done once more.
          return begin(await captcha.renew(username), newKey());
        });
      } catch (error) {
        if (hasCode(error, 'contact-administrator', 'blocked')) {
          captcha.discard();
          go.refused(error);
        } else if (hasCode(error, 'captcha-failed')) await doCaptchaAgain(drawn);
        throw error;
      }
    },
  );

  async function doCaptchaAgain(failed: Drawn | undefined) {
    const expired = failed !== undefined && Date.parse(failed.expiresAt) < Date.now();
    onDraft({ ...draft, captchaAnswer: '', captchaError: expired ? 'expired' : 'failed' });
    await captcha.renew(username);
    go.backToIdentify();
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    setAttempt(attempt + 1);
    if (draft.reason === undefined) return;
    const view = await start.run({ reason: draft.reason, drawn: captcha.drawn, typed: draft.captchaAnswer });
    if (!view) return;
    captcha.discard();
    const { recoveryToken, ...rest } = view;
    go.started({ recoveryId: view.recoveryId, recoveryToken, username }, rest);
  }

  const missing = attempt > 0 && draft.reason === undefined ? t.reason.choose : undefined;
  const choose = (reason: Reason) => onDraft({ ...draft, reason });
  return (
    <form ref={form} noValidate onSubmit={submit}>
      <Progress stage="account" />
      <StepHeading eyebrow={username} title={t.reason.title} />
      {!hasCode(start.failure, 'captcha-failed') && <FailureNotice failure={start.failure} />}
      <ChoiceGroup label={t.reason.title} error={missing}>
        <Choice
          name="reason"
          icon={<KeyIcon />}
          label={t.reason.forgot}
          more={t.reason.forgotMore}
          checked={draft.reason === 'forgot-password'}
          invalid={missing !== undefined}
          onChoose={() => choose('forgot-password')}
        />
        <Choice
          name="reason"
          icon={<LockIcon />}
          label={t.reason.locked}
          more={t.reason.lockedMore}
          checked={draft.reason === 'account-locked'}
          onChoose={() => choose('account-locked')}
        />
      </ChoiceGroup>
      <div className="actions">
        <Button look="primary" type="submit" busy={start.busy}>
          {t.next}
        </Button>
        <Button onClick={() => history.back()}>{t.back}</Button>
      </div>
    </form>
  );
}

async function requestOf(
  username: string,
  reason: Reason,
  drawn: Drawn | undefined,
  typed: string,
): Promise<RecoveryRequest> {
  const request = { username, reason };
  if (!drawn) return request;
  if (drawn.mode === 'local') return { ...request, captchaId: drawn.captchaId, captchaAnswer: typed.trim() };
  if (drawn.proof) return { ...request, captchaId: drawn.captchaId, captchaAnswer: await drawn.proof };
  return { ...request, captchaId: drawn.captchaId };
}
