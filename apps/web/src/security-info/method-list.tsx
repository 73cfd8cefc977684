import { useState } from 'react';
import type { Method } from '../api/contract.js';
import { useAction } from '../api/use-action.js';
import { useLanguage } from '../messages/language.js';
import { Button } from '../ui/button.js';
import { ConfirmDialog } from '../ui/confirm-dialog.js';
import { Notice } from '../ui/notice.js';
import { StepHeading } from '../ui/step-heading.js';
import { ChangeFailure } from './change-failure.js';
import { ICONS } from './method-icons.js';
import { securityInfo, type OwnMethod, type OwnMethods } from './security-info-api.js';
import { useSecurityMessages } from './messages.js';

/** What the person wants to do, once they have proved that it is they. */
export type Wish = { act: 'register'; method: Method; replaces?: string } | { act: 'remove'; methodId: string };

interface Props {
  view: OwnMethods;
  /** something was just saved */
  saved: boolean;
  failed: ReturnType<typeof useAction<never, never>>['failure'];
  onWish: (wish: Wish) => void;
  onView: (view: OwnMethods) => void;
}

/** What is registered, and what may be done about it. */
export function MethodList({ view, saved, failed, onWish, onView }: Props) {
  const words = useSecurityMessages();
  const [removing, setRemoving] = useState<OwnMethod>();
  const contacts = view.methods.filter(({ methodId, group }) => methodId === group);
  return (
    <div className="flow">
      <StepHeading title={words.title} />
      <p className="lead">{words.intro}</p>
      {saved && <Notice kind="success">{words.changed}</Notice>}
      <ChangeFailure failure={failed} />
      <Interrupt view={view} onView={onView} />
      {view.needsApp && <Notice kind="info">{words.needsApp}</Notice>}
      {view.missing > 0 && <Notice kind="info">{words.missing(view.missing)}</Notice>}
      {view.advice && view.missing === 0 && <Notice kind="info">{words.advice}</Notice>}
      <section aria-labelledby="registered">
        <h2 id="registered">{words.registered}</h2>
        {contacts.length === 0 ? (
          <p>{words.none}</p>
        ) : (
          <ul className="own-methods">
            {contacts.map((one) => (
              <Entry key={one.methodId} one={one} onWish={onWish} onRemove={() => setRemoving(one)} />
            ))}
          </ul>
        )}
      </section>
      <Additions view={view} onWish={onWish} />
      <ConfirmDialog
        open={removing !== undefined}
        title={words.removeTitle}
        confirm={words.remove}
        dismiss={words.keep}
        onConfirm={() => {
          if (removing) onWish({ act: 'remove', methodId: removing.methodId });
          setRemoving(undefined);
        }}
        onDismiss={() => setRemoving(undefined)}
      >
        <p>{removing && words.removeBody(words.kind[removing.method])}</p>
      </ConfirmDialog>
    </div>
  );
}

function Entry({ one, onWish, onRemove }: { one: OwnMethod; onWish: (wish: Wish) => void; onRemove: () => void }) {
  const { formats } = useLanguage();
  const words = useSecurityMessages();
  const name = `${words.kind[one.method]} ${one.hint}`.trim();
  return (
    <li>
      <span className="choice-icon">{ICONS[one.method]}</span>
      <span className="own-method">
        <span className="choice-text">{words.kind[one.method]}</span>
        {one.hint && <span className="hint">{one.hint}</span>}
        {one.recoversFrom !== undefined && (
          <span className="hint">{words.recoversFrom(formats.moment(Date.parse(one.recoversFrom)))}</span>
        )}
      </span>
      <span className="own-actions">
        {one.method !== 'app-notification' && (
          <Button
            look="plain"
            aria-label={words.of(words.change, name)}
            onClick={() => onWish({ act: 'register', method: one.method, replaces: one.methodId })}
          >
            {words.change}
          </Button>
        )}
        <Button look="plain" aria-label={words.of(words.remove, name)} onClick={onRemove}>
          {words.remove}
        </Button>
      </span>
    </li>
  );
}

function Additions({ view, onWish }: { view: OwnMethods; onWish: (wish: Wish) => void }) {
  const words = useSecurityMessages();
  if (view.registrable.length === 0) return null;
  return (
    <section aria-labelledby="add">
      <h2 id="add">{words.add}</h2>
      <div className="additions">
        {view.registrable.map((method) => (
          <Button key={method} onClick={() => onWish({ act: 'register', method })}>
            {words.addMethod[method]}
          </Button>
        ))}
      </div>
    </section>
  );
}

/** Asked for at sign-in: too little is registered, or nobody has looked at it for long. */
function Interrupt({ view, onView }: { view: OwnMethods; onView: (view: OwnMethods) => void }) {
  const words = useSecurityMessages();
  const [confirmed, setConfirmed] = useState(false);
  const answer = useAction((how: 'reconfirm' | 'skip', key: string) => securityInfo[how](key));
  async function say(how: 'reconfirm' | 'skip') {
    const next = await answer.run(how);
    if (!next) return;
    setConfirmed(how === 'reconfirm');
    onView(next);
  }
  if (confirmed && !view.due) return <Notice kind="success">{words.confirmed}</Notice>;
  if (!view.due || view.needsApp) return null;
  return (
    <>
      <Notice kind="info">{words.due[view.due]}</Notice>
      <ChangeFailure failure={answer.failure} />
      <div className="actions">
        {view.due === 'reconfirm-methods' && (
          <Button look="primary" busy={answer.busy} onClick={() => void say('reconfirm')}>
            {words.confirm}
          </Button>
        )}
        {view.skippable && <Button onClick={() => void say('skip')}>{words.skip}</Button>}
      </div>
    </>
  );
}
