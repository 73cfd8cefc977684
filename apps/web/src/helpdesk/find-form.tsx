import { useState, type FormEvent } from 'react';
import { hasCode } from '../api/problem.js';
import { useAction } from '../api/use-action.js';
import { Button } from '../ui/button.js';
import { Field } from '../ui/field.js';
import { useFirstError } from '../ui/use-first-error.js';
import { searched, type HelpdeskUser } from './helpdesk.js';
import { helpdeskApi } from './helpdesk-api.js';
import { useHelpdeskMessages } from './messages.js';
import { Refusal } from './refusal.js';

/** Finds one person by the whole of their name, or by the code that their recovery showed: nobody browses. */
export function FindForm({ onFound }: { onFound: (user: HelpdeskUser) => void }) {
  const t = useHelpdeskMessages().find;
  const [typed, setTyped] = useState('');
  const [attempt, setAttempt] = useState(0);
  const find = useAction(helpdeskApi.find);
  const form = useFirstError(`${attempt} ${find.failure?.message}`);
  const unknown = hasCode(find.failure, 'not-found', 'invalid-request');

  async function submit(event: FormEvent) {
    event.preventDefault();
    setAttempt(attempt + 1);
    if (typed.trim() === '') return;
    const found = await find.run(searched(typed));
    if (found) onFound(found);
  }

  return (
    <section className="part" aria-labelledby="find">
      <h2 id="find">{t.title}</h2>
      <form ref={form} className="find" noValidate onSubmit={submit}>
        {!unknown && <Refusal failure={find.failure} />}
        <Field
          label={t.label}
          hint={t.hint}
          value={typed}
          onChange={(text) => {
            setTyped(text);
            find.clear();
          }}
          error={attempt > 0 && typed.trim() === '' ? t.missing : unknown ? t.notFound : undefined}
          name="person"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={256}
        />
        <div className="actions">
          <Button look="primary" type="submit" busy={find.busy}>
            {t.submit}
          </Button>
        </div>
      </form>
    </section>
  );
}
