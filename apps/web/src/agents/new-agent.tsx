import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { useLanguage } from '../messages/language.js';
import { Button } from '../ui/button.js';
import { Choice, ChoiceGroup } from '../ui/choice.js';
import { ConfirmDialog } from '../ui/confirm-dialog.js';
import { CopyButton } from '../ui/copy-button.js';
import { DirectoryIcon } from '../ui/icons.js';
import { Notice } from '../ui/notice.js';
import { useWarningBeforeLeaving } from '../ui/use-warning-before-leaving.js';
import { exactly } from './ages.js';
import type { Agent, CreatedAgent, DirectoryKind } from './agents.js';
import { useAgentMessages } from './messages.js';
import { commands, settingsText } from './settings-text.js';

interface Props {
  created: CreatedAgent;
  /** how it is by now; undefined while the list does not have it yet */
  agent: Agent | undefined;
  now: number;
  onClose: () => void;
}

/** A new agent's one-time code, which is shown once, and everything its administrator does with it. */
export function NewAgent({ created, agent, now, onClose }: Props) {
  const { language } = useLanguage();
  const t = useAgentMessages().add;
  const heading = useRef<HTMLHeadingElement>(null);
  const [kind, setKind] = useState<DirectoryKind>('ad');
  const [asking, setAsking] = useState(false);
  const enrolled = agent !== undefined && agent.enrolledAt !== null;
  useEffect(() => heading.current?.focus(), []);
  useWarningBeforeLeaving(!enrolled);

  return (
    <section className="new-agent" aria-labelledby="new-agent">
      <h3 id="new-agent" ref={heading} tabIndex={-1}>
        {t.title}
      </h3>
      {!enrolled && <Notice kind="info">{t.once}</Notice>}
      <CodeBlock label={t.code} text={created.enrolmentCode} shown />
      <p className="hint">{t.until(exactly(created.expiresAt, language))}</p>
      <h4>{t.kind}</h4>
      <ChoiceGroup label={t.kind}>
        {(['ad', 'openldap'] as const).map((one) => (
          <Choice
            key={one}
            name="directory-kind"
            icon={<DirectoryIcon />}
            label={t.kinds[one].label}
            more={t.kinds[one].more}
            checked={one === kind}
            onChoose={() => setKind(one)}
          />
        ))}
      </ChoiceGroup>
      <h4>{t.steps}</h4>
      <ol className="agent-steps">
        <Step>{t.machine}</Step>
        <Step block={<CodeBlock label={t.settingsLabel} text={settingsText(created, kind, t.comments)} />}>
          {t.settings}
        </Step>
        <Step block={<CodeBlock label={t.examineLabel} text={commands.examine} />}>{t.examine}</Step>
        <Step block={<CodeBlock label={t.runLabel} text={commands.run} />}>{t.run}</Step>
        <Step>{t.remove}</Step>
      </ol>
      <Progress agent={agent} over={Date.parse(created.expiresAt) <= now} />
      <div className="actions">
        <Button onClick={() => (enrolled ? onClose() : setAsking(true))}>{t.close}</Button>
      </div>
      <ConfirmDialog
        open={asking}
        title={t.closeTitle}
        confirm={t.closeYes}
        dismiss={t.closeNo}
        onConfirm={() => {
          setAsking(false);
          onClose();
        }}
        onDismiss={() => setAsking(false)}
      >
        <p>{t.closeBody}</p>
      </ConfirmDialog>
    </section>
  );
}

/** How far it has come: it is waited for here. */
function Progress({ agent, over }: { agent: Agent | undefined; over: boolean }) {
  const t = useAgentMessages().add;
  if (agent?.state === 'alive') {
    return (
      <Notice key="alive" kind="success">
        {t.alive}
      </Notice>
    );
  }
  const enrolled = agent !== undefined && agent.enrolledAt !== null;
  if (over && !enrolled) return <Notice kind="error">{t.over}</Notice>;
  return (
    <p className="agent-awaited" role="status">
      <span className="spinner" aria-hidden="true" />
      <span>{enrolled ? t.enrolled : t.waiting}</span>
    </p>
  );
}

function Step({ block, children }: { block?: ReactNode; children: string }) {
  return (
    <li>
      <p>{children}</p>
      {block}
    </li>
  );
}

/** Text to be taken elsewhere as it stands. */
function CodeBlock({ label, text, shown = false }: { label: string; text: string; shown?: boolean }) {
  const id = useId();
  const code = useRef<HTMLElement>(null);
  return (
    <figure className="code-block" aria-labelledby={id}>
      <figcaption id={id} className={shown ? '' : 'visually-hidden'}>
        {label}
      </figcaption>
      <pre>
        <code ref={code}>{text}</code>
      </pre>
      <CopyButton key={text} text={text} label={label} shownIn={code} />
    </figure>
  );
}
