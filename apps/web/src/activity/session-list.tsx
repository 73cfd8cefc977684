import { useState } from 'react';
import { useAction } from '../api/use-action.js';
import { useLanguage } from '../messages/language.js';
import { momentOf } from '../messages/moments.js';
import { Button } from '../ui/button.js';
import { ConfirmDialog } from '../ui/confirm-dialog.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { activityApi } from './activity-api.js';
import type { OwnSession } from './activity.js';
import { deviceName, networkName } from './client-name.js';
import { useActivityMessages } from './messages.js';

interface Props {
  sessions: readonly OwnSession[];
  onEnded: (sessionId: string) => void;
  onEndedOthers: () => void;
}

/** Where somebody is signed in; any but this one is ended here. */
export function SessionList({ sessions, onEnded, onEndedOthers }: Props) {
  const t = useActivityMessages().sessions;
  const [asking, setAsking] = useState(false);
  const endOne = useAction((sessionId: string, key: string) => activityApi.endSession(sessionId, key).then(() => true));
  const endOthers = useAction((_: undefined, key: string) => activityApi.endOthers(_, key).then(() => true));
  const others = sessions.some(({ current }) => !current);

  async function confirmed() {
    const done = await endOthers.run(undefined);
    setAsking(false);
    if (done) onEndedOthers();
  }

  return (
    <section className="part" aria-labelledby="sessions">
      <h2 id="sessions">{t.title}</h2>
      <FailureNotice failure={endOne.failure ?? endOthers.failure} />
      {sessions.length === 0 ? (
        <p className="hint">{t.none}</p>
      ) : (
        <ul className="own-sessions">
          {sessions.map((session) => (
            <Session
              key={session.sessionId}
              session={session}
              onEnd={async () => (await endOne.run(session.sessionId)) && onEnded(session.sessionId)}
            />
          ))}
        </ul>
      )}
      {others ? (
        <p>
          <Button onClick={() => setAsking(true)}>{t.endOthers}</Button>
        </p>
      ) : (
        sessions.length > 0 && <p className="hint">{t.onlyThis}</p>
      )}
      <ConfirmDialog
        open={asking}
        title={t.confirmTitle}
        confirm={t.endOthers}
        dismiss={t.keep}
        busy={endOthers.busy}
        onConfirm={() => void confirmed()}
        onDismiss={() => setAsking(false)}
      >
        <p>{t.confirmBody}</p>
      </ConfirmDialog>
    </section>
  );
}

function Session({ session, onEnd }: { session: OwnSession; onEnd: () => Promise<unknown> }) {
  const { language } = useLanguage();
  const words = useActivityMessages();
  const t = words.sessions;
  const device = deviceName(session.client, t);
  const since = momentOf(session.startedAt, language);
  const network = session.client?.network;
  return (
    <li>
      <span className="entry-text">
        <span className="entry-name">
          {device}
          {session.current && <span className="badge good">{t.here}</span>}
        </span>
        <span className="hint">
          {t.since(since)}
          {network && ` · ${words.list.network(networkName(network))}`}
        </span>
      </span>
      {!session.current && (
        <Button look="plain" aria-label={t.endOf(device, since)} onClick={() => void onEnd()}>
          {t.end}
        </Button>
      )}
    </li>
  );
}
