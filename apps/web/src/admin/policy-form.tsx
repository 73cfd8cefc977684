import { useState, type FormEvent } from 'react';
import { Problem } from '../api/problem.js';
import { useAction } from '../api/use-action.js';
import { Button } from '../ui/button.js';
import { ConfirmDialog } from '../ui/confirm-dialog.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Notice } from '../ui/notice.js';
import { useFirstError } from '../ui/use-first-error.js';
import { useWarningBeforeLeaving } from '../ui/use-warning-before-leaving.js';
import { Foresight, Numbers, Risks } from './foresight.js';
import { useAdminMessages } from './messages.js';
import { policyApi } from './policy-api.js';
import { changesOf, patchOf, valueAt, type FieldPath, type Group, type SavedPolicy, type Values } from './policy.js';
import { Setting } from './setting.js';
import { controls, sectionNames, sections } from './settings.js';
import { usePreview } from './use-preview.js';

interface Props {
  saved: SavedPolicy;
  groups: readonly Group[];
  mayChange: boolean;
  onSaved: (saved: SavedPolicy) => void;
}

/** All settings; what was changed is kept apart from what is saved, so it can be undone, foreseen and put on a newer version. */
export function PolicyForm({ saved, groups, mayChange, onSaved }: Props) {
  const t = useAdminMessages();
  const [edited, setEdited] = useState<Values>({});
  const [attempt, setAttempt] = useState(0);
  const [asking, setAsking] = useState(false);
  const [told, setTold] = useState<'saved' | 'reloaded'>();
  const changes = changesOf(saved.policy, tidy(edited));
  const count = Object.keys(changes).length;
  const patch = patchOf(changes);
  const unfit = unfitIn(changes);
  const foreseen = usePreview(Object.keys(unfit).length > 0 ? {} : patch, mayChange ? saved.version : undefined);
  const save = useAction((wish: { patch: object; version: number }, key) =>
    policyApi.change(wish.patch, wish.version, key),
  );
  const form = useFirstError(attempt);
  useWarningBeforeLeaving(count > 0);

  const refused = save.failure instanceof Problem ? save.failure : undefined;
  const conflict = refused?.code === 'policy-version-mismatch';
  const errors = attempt > 0 ? { ...refusedFields(refused), ...unfit } : {};
  const risks = foreseen.at === 'known' ? foreseen.preview.warnings : saved.warnings;
  const newRisks = risks.filter(({ code }) => !saved.warnings.some((known) => known.code === code));
  const loses = foreseen.at === 'known' && foreseen.preview.wouldLose > 0;

  function change(path: FieldPath, value: unknown): void {
    setTold(undefined);
    save.clear();
    setEdited((now) => ({ ...now, [path]: value }));
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    setAttempt((n) => n + 1);
    if (count === 0 || Object.keys(unfit).length > 0) return;
    if (newRisks.length > 0 || loses || foreseen.at !== 'known') setAsking(true);
    else void store();
  }

  async function store(): Promise<void> {
    const next = await save.run({ patch, version: saved.version });
    setAsking(false);
    setAttempt((n) => n + 1);
    if (!next) return;
    setEdited({});
    setAttempt(0);
    setTold('saved');
    onSaved(next);
  }

  async function reload(): Promise<void> {
    const present = await policyApi.read().catch(() => undefined);
    if (!present) return;
    save.clear();
    setTold('reloaded');
    onSaved(present);
  }

  function undo(): void {
    save.clear();
    setAttempt(0);
    setTold(undefined);
    setEdited({});
  }

  return (
    <form ref={form} noValidate onSubmit={submit} className="policy-form">
      {!mayChange && <Notice kind="info">{t.readOnly}</Notice>}
      <Risks title={t.risks} warnings={risks} />
      {sectionNames.map((name) => (
        <section key={name} className="policy-section" aria-labelledby={`section-${name}`}>
          <h2 id={`section-${name}`}>{t.sections[name].title}</h2>
          {t.sections[name].about && <p className="hint">{t.sections[name].about}</p>}
          {sections[name]
            .filter((path) => isShown(path, saved, edited))
            .map((path) => (
              <Setting
                key={path}
                path={path}
                value={path in edited ? edited[path] : valueAt(saved.policy, path)}
                error={errorText(errors, path, t)}
                disabled={!mayChange}
                groups={groups}
                onChange={(value) => change(path, value)}
              />
            ))}
        </section>
      ))}
      {mayChange && (
        <div className="policy-bar">
          <Foresight foreseen={foreseen} />
          {conflict && (
            <Notice kind="error">
              <p>{t.conflict}</p>
              <p>{t.conflictHelp}</p>
              <Button onClick={() => void reload()}>{t.conflictLoad}</Button>
            </Notice>
          )}
          {refused && !conflict && refused.status < 429 && <Notice kind="error">{t.refused}</Notice>}
          {!refused || refused.status >= 429 ? <FailureNotice failure={save.failure} /> : null}
          {told === 'saved' && <Notice kind="success">{t.saved}</Notice>}
          {told === 'reloaded' && <Notice kind="info">{t.reloaded}</Notice>}
          <p className="hint" role="status">
            {t.changes(count)}
          </p>
          <div className="actions">
            <Button look="primary" type="submit" busy={save.busy} disabled={count === 0}>
              {t.save}
            </Button>
            <Button onClick={undo} disabled={count === 0 && Object.keys(edited).length === 0}>
              {t.undo}
            </Button>
          </div>
        </div>
      )}
      <ConfirmDialog
        open={asking}
        title={t.confirmTitle}
        confirm={t.confirm}
        dismiss={t.dismiss}
        busy={save.busy}
        onConfirm={() => void store()}
        onDismiss={() => setAsking(false)}
      >
        {asking && (
          <>
            {foreseen.at === 'known' ? <Numbers preview={foreseen.preview} /> : <p>{t.cannotPreview}</p>}
            <Risks title={t.newRisks} warnings={newRisks} />
          </>
        )}
      </ConfirmDialog>
    </form>
  );
}

type Texts = ReturnType<typeof useAdminMessages>;

/** Lines that say nothing are no entries. */
const tidy = (edited: Values): Values =>
  Object.fromEntries(
    Object.entries(edited).map(([path, value]) =>
      controls[path as FieldPath].kind === 'lines'
        ? [path, (value as string[]).map((line) => line.trim()).filter((line) => line !== '')]
        : [path, value],
    ),
  ) as Values;

/** Numbers that are none, or out of range: told here, before the server would. */
function unfitIn(changes: Values): Partial<Record<FieldPath, true>> {
  const found = (Object.keys(changes) as FieldPath[]).filter((path) => {
    const control = controls[path];
    if (control.kind !== 'whole') return false;
    const value = changes[path];
    return typeof value !== 'number' || value < control.least || value > control.most;
  });
  return Object.fromEntries(found.map((path) => [path, true]));
}

function refusedFields(refused: Problem | undefined): Record<string, true> {
  const { field, errors = [] } = refused?.details ?? {};
  return Object.fromEntries(
    [field, ...errors.map((error) => error.field)].flatMap((name) => (name ? [[name, true]] : [])),
  );
}

function errorText(errors: Record<string, true | undefined>, path: FieldPath, t: Texts): string | undefined {
  if (!errors[path]) return undefined;
  const control = controls[path];
  return control.kind === 'whole' ? t.invalidRange(control.least, control.most) : t.invalid;
}

/** Groups are chosen only where they count. */
function isShown(path: FieldPath, { policy }: SavedPolicy, edited: Values): boolean {
  return path !== 'groups' || (edited.enabledFor ?? policy.enabledFor) === 'selected';
}
