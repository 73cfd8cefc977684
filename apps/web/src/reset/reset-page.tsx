import { useCallback, useEffect, useState } from 'react';
import { useBranding } from '../branding/branding.js';
import { useCaptcha } from '../captcha/use-captcha.js';
import { useMessages } from '../messages/language.js';
import { Button } from '../ui/button.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Page } from '../ui/page.js';
import { StepHeading } from '../ui/step-heading.js';
import { ClosedStep } from './closed-step.js';
import { EMPTY_DRAFT, type Draft } from './draft.js';
import { IdentifyStep } from './identify-step.js';
import { ReasonStep } from './reason-step.js';
import { RecoverySteps } from './recovery-steps.js';
import { RefusedStep } from './refused-step.js';
import { RecoveryProvider } from './use-recovery.js';
import { useWizard } from './use-wizard.js';

/** Getting back into an account: who → why → how → code → new password → done. */
export function ResetPage() {
  const t = useMessages();
  const { showFor } = useBranding();
  const [stopping, setStopping] = useState(false);
  const [wizard, go] = useWizard(useCallback(() => setStopping(true), []));
  const [draft, setDraft] = useState<Draft>(EMPTY_DRAFT);
  const captcha = useCaptcha();
  const username = wizard.at === 'recovery' ? wizard.held.username : '';
  useEffect(() => showFor(username), [username, showFor]);

  function startAgain() {
    setDraft(EMPTY_DRAFT);
    go.startAgain();
  }

  switch (wizard.at) {
    case 'loading':
      return (
        <Page>
          <div className="flow">
            <StepHeading eyebrow={t.reset.eyebrow} title={t.reset.loading} />
            <FailureNotice failure={wizard.failure} />
            {wizard.failure ? (
              <div className="actions">
                <Button look="primary" onClick={go.retry}>
                  {t.retry}
                </Button>
              </div>
            ) : (
              <span className="spinner large" aria-hidden="true" />
            )}
          </div>
        </Page>
      );
    case 'start':
      return (
        <Page>
          {wizard.step === 'reason' && draft.username !== '' ? (
            <ReasonStep key="reason" draft={draft} onDraft={setDraft} captcha={captcha} go={go} />
          ) : (
            <IdentifyStep
              key="identify"
              draft={draft}
              onDraft={setDraft}
              captcha={captcha}
              lost={wizard.lost ?? false}
              go={go}
            />
          )}
        </Page>
      );
    case 'refused':
      return (
        <Page>
          <RefusedStep problem={wizard.problem} onAgain={startAgain} />
        </Page>
      );
    case 'recovery':
      return (
        <Page>
          <RecoveryProvider
            held={wizard.held}
            view={wizard.view}
            onView={go.showView}
            onLost={go.lost}
            onRefused={go.refused}
          >
            {wizard.step === 'closed' ? (
              <ClosedStep onAgain={startAgain} />
            ) : (
              <RecoverySteps step={wizard.step} go={go} stopping={stopping} onStopping={setStopping} />
            )}
          </RecoveryProvider>
        </Page>
      );
  }
}
