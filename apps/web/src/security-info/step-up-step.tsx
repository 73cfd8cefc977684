import { useCallback, useState, type FormEvent } from 'react';
import type { Method } from '../api/contract.js';
import { useAction } from '../api/use-action.js';
import { useLanguage } from '../messages/language.js';
import { Button } from '../ui/button.js';
import { Choice, ChoiceGroup } from '../ui/choice.js';
import { Notice } from '../ui/notice.js';
import { StepHeading } from '../ui/step-heading.js';
import { ChangeFailure } from './change-failure.js';
import { CodeEntry } from './code-entry.js';
import { ICONS } from './method-icons.js';
import { securityInfo, type StepUp, type StepUpView } from './security-info-api.js';
import { useSecurityMessages } from './messages.js';

interface Props {
  view: StepUpView;
  onPassed: () => void;
  onCancel: () => void;
}

/** Proves a way that is registered already, before anything changes. */
export function StepUpStep({ view, onPassed, onCancel }: Props) {
  const { formats } = useLanguage();
  const security = useSecurityMessages();
  const words = security.stepUp;
  const [asked, setAsked] = useState<StepUp>();
  const progress = useCallback(
    () => securityInfo.stepUp().then(({ state }) => (state === 'passed' ? 'confirmed' : 'waiting')),
    [],
  );
  const stuck = view.state === 'guarded' || view.options.length === 0;

  return (
    <div className="flow">
      <StepHeading eyebrow={security.title} title={asked ? security.code.title : words.title} />
      {stuck ? (
        <>
          <Notice kind="info">
            {view.state === 'guarded' ? words.guarded(formats.moment(Date.parse(view.until ?? ''))) : words.signInAgain}
          </Notice>
          <div className="actions">
            <Button onClick={onCancel}>{security.back}</Button>
          </div>
        </>
      ) : asked ? (
        <>
          <p className="lead">{leadOf(asked.method, view, security.code)}</p>
          <CodeEntry
            method={asked.method}
            digits={asked.digits}
            answer={(code, key) => securityInfo.answerStepUp(asked.stepUpId, code, key)}
            progress={progress}
            onDone={onPassed}
            onCancel={onCancel}
          />
        </>
      ) : (
        <OptionForm view={view} onAsked={setAsked} onCancel={onCancel} />
      )}
    </div>
  );
}

function OptionForm({
  view,
  onAsked,
  onCancel,
}: {
  view: StepUpView;
  onAsked: (asked: StepUp) => void;
  onCancel: () => void;
}) {
  const { t } = useLanguage();
  const security = useSecurityMessages();
  const words = security.stepUp;
  const [methodId, setMethodId] = useState(view.options[0]!.methodId);
  const start = useAction(securityInfo.startStepUp);
  const chosen = view.options.find((option) => option.methodId === methodId)!;

  async function submit(event: FormEvent) {
    event.preventDefault();
    const asked = await start.run(methodId);
    if (asked) onAsked(asked);
  }

  return (
    <form noValidate onSubmit={submit}>
      <p className="lead">{words.intro}</p>
      <ChangeFailure failure={start.failure} />
      <ChoiceGroup label={words.choose}>
        {view.options.map((option) => (
          <Choice
            key={option.methodId}
            name="step-up"
            icon={ICONS[option.method]}
            label={t.method.of[option.method].offer}
            more={option.hint}
            checked={option.methodId === methodId}
            onChoose={() => {
              setMethodId(option.methodId);
              start.clear();
            }}
          />
        ))}
      </ChoiceGroup>
      <div className="actions">
        <Button look="primary" type="submit" busy={start.busy}>
          {chosen.method.endsWith('-call') ? words.call : chosen.method === 'app-code' ? words.next : words.send}
        </Button>
        <Button onClick={onCancel}>{t.cancel}</Button>
      </div>
    </form>
  );
}

function leadOf(method: Method, { options }: StepUpView, t: ReturnType<typeof useSecurityMessages>['code']): string {
  if (method === 'app-code') return t.app;
  return method.endsWith('-call') ? '' : t.sent(options.find((option) => option.method === method)?.hint ?? '');
}
