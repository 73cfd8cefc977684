import { useEffect, useState } from 'react';
import { api } from '../api/client.js';
import { hasCode } from '../api/problem.js';
import { useAction } from '../api/use-action.js';
import { useLanguage } from '../messages/language.js';
import { Link, navigate } from '../routing.js';
import '../styles/security-info.css';
import { Button } from '../ui/button.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Notice } from '../ui/notice.js';
import { Page } from '../ui/page.js';
import { StepHeading } from '../ui/step-heading.js';
import { AppStep } from './app-step.js';
import { ContactStep } from './contact-step.js';
import { DeviceStep } from './device-step.js';
import { MethodList, type Wish } from './method-list.js';
import { QuestionsForm } from './questions-form.js';
import { securityInfo, type OwnMethods, type StepUpView } from './security-info-api.js';
import { StepUpStep } from './step-up-step.js';
import { useSecurityMessages } from './messages.js';

type Shown =
  { at: 'list'; saved: boolean } | { at: 'step-up'; view: StepUpView; wish: Wish } | { at: 'wish'; wish: Wish };

/** A signed-in person's own ways to prove who they are. */
export default function SecurityInfoPage() {
  const { t } = useLanguage();
  const security = useSecurityMessages();
  const [view, setView] = useState<OwnMethods>();
  const [shown, setShown] = useState<Shown>({ at: 'list', saved: false });
  const [neededApp, setNeededApp] = useState(false);
  const load = useAction(() => securityInfo.list());
  const ask = useAction(() => securityInfo.stepUp());
  const remove = useAction(securityInfo.remove);
  const unpair = useAction(async (deviceId: string, key: string) => {
    await securityInfo.removeDevice(deviceId, key);
    return securityInfo.list();
  });

  async function refresh() {
    const loaded = await load.run(undefined);
    if (!loaded) return;
    setView(loaded);
    if (loaded.needsApp) setNeededApp(true);
  }
  useEffect(() => void refresh(), []);

  async function wished(wish: Wish) {
    remove.clear();
    unpair.clear();
    const verdict = await ask.run(undefined);
    if (!verdict) return;
    if (verdict.state === 'passed') await fulfil(wish);
    else setShown({ at: 'step-up', view: verdict, wish });
  }

  async function fulfil(wish: Wish) {
    if (wish.act === 'register') return setShown({ at: 'wish', wish });
    const device = view?.methods.some((one) => one.methodId === wish.methodId && one.method === 'app-notification');
    const next = await (device ? unpair : remove).run(wish.methodId);
    if (next) setView(next);
    setShown({ at: 'list', saved: next !== undefined });
  }

  /** Without an answer of its own, as after a call, what is registered is looked up. */
  async function done(next: OwnMethods | undefined) {
    if (next) setView(next);
    else await refresh();
    setShown({ at: 'list', saved: true });
  }
  const toList = () => setShown({ at: 'list', saved: false });

  return (
    <Page>
      {!view ? (
        <Unloaded failure={load.failure} />
      ) : neededApp && !view.needsApp ? (
        <AppRegistered />
      ) : shown.at === 'list' ? (
        <>
          <MethodList
            view={view}
            saved={shown.saved}
            failed={remove.failure ?? unpair.failure ?? ask.failure}
            onWish={(wish) => void wished(wish)}
            onView={setView}
          />
          <p className="aside">
            <Link to="/activity">{t.signIn.activity}</Link>
          </p>
          <p className="aside">
            <Link to="/">{security.home}</Link>
          </p>
        </>
      ) : shown.at === 'step-up' ? (
        <StepUpStep view={shown.view} onPassed={() => void fulfil(shown.wish)} onCancel={toList} />
      ) : (
        <WishStep wish={shown.wish} onDone={(next) => void done(next)} onCancel={toList} />
      )}
    </Page>
  );
}

function WishStep({
  wish,
  onDone,
  onCancel,
}: {
  wish: Wish;
  onDone: (view: OwnMethods | undefined) => void;
  onCancel: () => void;
}) {
  if (wish.act !== 'register') return null;
  const { method, replaces } = wish;
  if (method === 'app-code') return <AppStep replaces={replaces} onDone={onDone} onCancel={onCancel} />;
  if (method === 'app-notification') return <DeviceStep onDone={onDone} onCancel={onCancel} />;
  if (method === 'security-questions') return <QuestionsForm onDone={onDone} onCancel={onCancel} />;
  return <ContactStep method={method} replaces={replaces} onDone={onDone} onCancel={onCancel} />;
}

function Unloaded({ failure }: { failure: ReturnType<typeof useAction>['failure'] }) {
  const security = useSecurityMessages();
  return (
    <div className="flow">
      <StepHeading title={security.title} />
      {!failure && <p role="status">{security.loading}</p>}
      {hasCode(failure, 'session-invalid') ? (
        <>
          <Notice kind="info">{security.signInFirst}</Notice>
          <p className="aside">
            <Link to="/">{security.toSignIn}</Link>
          </p>
        </>
      ) : (
        <FailureNotice failure={failure} />
      )}
    </div>
  );
}

/** A session that was good for registering the app alone stays that: the next one is good for everything. */
function AppRegistered() {
  const security = useSecurityMessages();
  const signOut = useAction(() => api.signOut(undefined).then(() => true));
  return (
    <div className="flow">
      <StepHeading title={security.title} />
      <Notice kind="success">{security.appRegistered}</Notice>
      <FailureNotice failure={signOut.failure} />
      <div className="actions">
        <Button
          look="primary"
          busy={signOut.busy}
          onClick={async () => {
            if (await signOut.run(undefined)) navigate('/');
          }}
        >
          {security.signOut}
        </Button>
      </div>
    </div>
  );
}
