import { useEffect, useState, type FormEvent } from 'react';
import { domainOf, useBranding } from '../branding/branding.js';
import { CaptchaField } from '../captcha/captcha-field.js';
import type { CaptchaHandle } from '../captcha/use-captcha.js';
import { useMessages } from '../messages/language.js';
import { isKiosk, navigate } from '../routing.js';
import { Button } from '../ui/button.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Field } from '../ui/field.js';
import { Notice } from '../ui/notice.js';
import { StepHeading } from '../ui/step-heading.js';
import { useFirstError } from '../ui/use-first-error.js';
import { EMPTY_DRAFT, type Draft } from './draft.js';
import { Progress } from './progress.js';
import type { WizardActions } from './use-wizard.js';

interface Props {
  draft: Draft;
  onDraft: (draft: Draft) => void;
  captcha: CaptchaHandle;
  lost: boolean;
  go: WizardActions;
}

/** User id and CAPTCHA. The picture appears once the name's domain is typed, for the domain decides which kind it is. */
export function IdentifyStep({ draft, onDraft, captcha, lost, go }: Props) {
  const t = useMessages();
  const { showFor } = useBranding();
  const [attempt, setAttempt] = useState(0);
  const [errors, setErrors] = useState<{ username?: string | undefined; captcha?: string | undefined }>(() => ({
    captcha: draft.captchaError && t.captcha[draft.captchaError],
  }));
  const [waiting, setWaiting] = useState(false);
  const form = useFirstError(attempt);
  const picture = captcha.drawn?.mode === 'local' ? captcha.drawn : undefined;
  const { drawFor } = captcha;

  useEffect(() => {
    if (domainOf(draft.username) === undefined) return;
    const timer = setTimeout(() => {
      showFor(draft.username);
      void drawFor(draft.username);
    }, TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft.username, drawFor, showFor]);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (waiting) return;
    const username = usernameError(draft.username);
    if (username) return show({ username });
    showFor(draft.username);
    setWaiting(true);
    const drawn = await captcha.drawFor(draft.username);
    setWaiting(false);
    if (!drawn) return;
    if (drawn.mode === 'local' && (drawn !== picture || draft.captchaAnswer.trim() === '')) {
      return show({ captcha: t.captcha.missing });
    }
    onDraft({ ...draft, captchaError: undefined });
    go.toReason();
  }

  function show(next: typeof errors) {
    setErrors(next);
    setAttempt(attempt + 1);
  }

  function usernameError(username: string): string | undefined {
    if (username.trim() === '') return t.identify.usernameMissing;
    return domainOf(username) === undefined ? t.identify.usernameIncomplete : undefined;
  }

  function renew() {
    setErrors({});
    onDraft({ ...draft, captchaAnswer: '', captchaError: undefined });
    void captcha.renew(draft.username);
  }

  return (
    <form ref={form} noValidate onSubmit={submit}>
      <Progress stage="account" />
      <StepHeading eyebrow={t.reset.eyebrow} title={t.identify.title} />
      {lost && <Notice kind="info">{t.reset.sessionLost}</Notice>}
      <p className="lead">{picture ? t.identify.introCaptcha : t.identify.intro}</p>
      <FailureNotice failure={captcha.failure} />
      <Field
        label={t.signIn.username}
        hint={t.signIn.usernameExample}
        value={draft.username}
        onChange={(username) => {
          setErrors({ ...errors, username: undefined });
          onDraft({ ...draft, username });
        }}
        onBlur={() => domainOf(draft.username) !== undefined && void captcha.drawFor(draft.username)}
        error={errors.username}
        name="username"
        type="text"
        inputMode="email"
        autoComplete="username"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
      />
      {picture && (
        <CaptchaField
          drawn={picture}
          answer={draft.captchaAnswer}
          error={errors.captcha}
          onAnswer={(captchaAnswer) => {
            setErrors({ ...errors, captcha: undefined });
            onDraft({ ...draft, captchaAnswer });
          }}
          onRenew={renew}
        />
      )}
      <p className="visually-hidden" role="status">
        {captcha.loading ? '' : picture ? t.captcha.newShown : ''}
      </p>
      <div className="actions">
        <Button look="primary" type="submit" busy={waiting}>
          {t.next}
        </Button>
        {!isKiosk() && (
          <Button
            onClick={() => {
              onDraft(EMPTY_DRAFT);
              navigate('/');
            }}
          >
            {t.cancel}
          </Button>
        )}
      </div>
    </form>
  );
}

const TYPING_PAUSE_MS = 700;
