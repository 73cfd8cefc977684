import { useCallback, useEffect, useRef, useState } from 'react';
import { hasCode, type Failure } from '../api/problem.js';
import { useAction } from '../api/use-action.js';
import { useMessages } from '../messages/language.js';
import { timeZone } from '../messages/moments.js';
import { Link } from '../routing.js';
import '../styles/activity.css';
import { Button } from '../ui/button.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Notice } from '../ui/notice.js';
import { Page } from '../ui/page.js';
import { StepHeading } from '../ui/step-heading.js';
import { activityApi } from './activity-api.js';
import type { ActivityPart, OwnSession } from './activity.js';
import { ActivityList } from './activity-list.js';
import { useActivityMessages } from './messages.js';
import { SessionList } from './session-list.js';

interface Loaded {
  sessions: OwnSession[];
  first: ActivityPart;
}

/** What was just done; `secured` because of something that was somebody else. */
type Done = 'ended' | 'ended-others' | 'secured';

/** Where somebody is signed in, what happened on their account, and what to do about what was not them. */
export default function ActivityPage() {
  const t = useActivityMessages();
  const { signIn } = useMessages();
  const [loaded, setLoaded] = useState<Loaded>();
  const [done, setDone] = useState<{ what: Done }>();
  const notice = useRef<HTMLDivElement>(null);
  const load = useAction(async () => {
    const [sessions, first] = await Promise.all([activityApi.sessions(), activityApi.part(undefined)]);
    return { sessions, first };
  });
  const { run } = load;
  const refresh = useCallback(() => void run(undefined).then((now) => now && setLoaded(now)), [run]);
  useEffect(refresh, [refresh]);

  // What was pressed may be gone, or far below what is said about it.
  useEffect(() => notice.current?.focus(), [done]);

  function ended(which: (session: OwnSession) => boolean, what: Done) {
    setLoaded((now) => now && { ...now, sessions: now.sessions.filter((one) => !which(one)) });
    setDone({ what });
  }
  const endedOthers = (what: Done) => ended(({ current }) => !current, what);

  return (
    <Page wide>
      <div className="flow">
        <StepHeading title={t.title} />
        {loaded ? (
          <>
            <p className="lead">
              {t.intro} {t.zone(timeZone())}
            </p>
            <div ref={notice} className="said" tabIndex={-1}>
              {done && <Said what={done.what} />}
            </div>
            <SessionList
              sessions={loaded.sessions}
              onEnded={(sessionId) => ended((one) => one.sessionId === sessionId, 'ended')}
              onEndedOthers={() => endedOthers('ended-others')}
            />
            <ActivityList first={loaded.first} onSecured={() => endedOthers('secured')} />
            <p className="aside">
              <Link to="/security-info">{signIn.security}</Link>
            </p>
          </>
        ) : (
          <Unloaded failure={load.failure} busy={load.busy} onRetry={refresh} />
        )}
      </div>
    </Page>
  );
}

function Said({ what }: { what: Done }) {
  const { sessions, notMe } = useActivityMessages();
  if (what !== 'secured')
    return <Notice kind="success">{what === 'ended' ? sessions.ended : sessions.endedOthers}</Notice>;
  return (
    <Notice kind="success">
      {sessions.endedOthers} {notMe.next} <Link to="/">{notMe.toChange}</Link>
    </Notice>
  );
}

function Unloaded({ failure, busy, onRetry }: { failure: Failure | undefined; busy: boolean; onRetry: () => void }) {
  const t = useActivityMessages();
  const { retry } = useMessages();
  if (hasCode(failure, 'session-invalid', 'session-limited')) {
    return (
      <>
        <Notice kind="info">{t.signInFirst}</Notice>
        <p className="aside">
          <Link to="/">{t.toSignIn}</Link>
        </p>
      </>
    );
  }
  if (!failure) return <p role="status">{t.loading}</p>;
  return (
    <>
      <FailureNotice failure={failure} />
      <div className="actions">
        <Button look="primary" busy={busy} onClick={onRetry}>
          {retry}
        </Button>
      </div>
    </>
  );
}
