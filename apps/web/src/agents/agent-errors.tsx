import { useId, useState } from 'react';
import { useLanguage } from '../messages/language.js';
import { Button } from '../ui/button.js';
import { exactly, relative } from './ages.js';
import type { AgentError } from './agents.js';
import { useAgentMessages } from './messages.js';

const shownAtFirst = 3;

/** What went wrong lately, each with the id by which it is found in the agent's own log. */
export function AgentErrors({ name, errors, now }: { name: string; errors: readonly AgentError[]; now: number }) {
  const t = useAgentMessages().list.errors;
  const id = useId();
  const [all, setAll] = useState(false);
  if (errors.length === 0) {
    return (
      <p className="agent-errors hint">
        {t.title}: {t.none}
      </p>
    );
  }
  const shown = all ? errors : errors.slice(0, shownAtFirst);
  return (
    <section className="agent-errors" aria-labelledby={id}>
      <h4 id={id} aria-label={t.of(name)}>
        {t.title}
      </h4>
      <ul>
        {shown.map((one) => (
          <Entry key={`${one.eventId} ${one.at} ${one.writebackId}`} error={one} now={now} />
        ))}
      </ul>
      <p className="hint">{t.search}</p>
      {errors.length > shown.length && (
        <p>
          <Button look="plain" onClick={() => setAll(true)}>
            {t.all(errors.length)}
          </Button>
        </p>
      )}
    </section>
  );
}

function Entry({ error: { at, eventId, trouble, result, writebackId }, now }: { error: AgentError; now: number }) {
  const { language } = useLanguage();
  const t = useAgentMessages().list.errors;
  const kind = trouble ?? (result === 'unreachable' ? null : result);
  const means = kind && (t.troubles[kind] ?? t.results[kind]);
  const why = means ? `${means} (${kind})` : kind;
  return (
    <li>
      <code className="event-id">{eventId}</code>
      <span className="entry-text">
        <span>{t.said(t.events[eventId] ?? t.other, why)}</span>
        <span className="hint">
          {relative(at, now, language)} · <time dateTime={at}>{exactly(at, language)}</time>
          {writebackId && <> · {t.write(writebackId)}</>}
        </span>
      </span>
    </li>
  );
}
