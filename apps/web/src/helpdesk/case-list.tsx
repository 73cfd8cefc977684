import { useCallback, useEffect, useState } from 'react';
import { useAction } from '../api/use-action.js';
import { useLanguage } from '../messages/language.js';
import { Button } from '../ui/button.js';
import type { HelpdeskUser, OpenCase, OpenCases } from './helpdesk.js';
import { helpdeskApi } from './helpdesk-api.js';
import { useHelpdeskMessages } from './messages.js';
import { Refusal } from './refusal.js';

/** What waits for somebody of the helpdesk. */
export function CaseList({ onUser }: { onUser: (user: HelpdeskUser) => void }) {
  const words = useHelpdeskMessages();
  const t = words.cases;
  const [shown, setShown] = useState<OpenCases>();
  const load = useAction((cursor: string | undefined) => helpdeskApi.cases(cursor));
  const open = useAction((accountId: string) => helpdeskApi.show(accountId));
  const { run } = load;
  const refresh = useCallback(() => void run(undefined).then((page) => page && setShown(page)), [run]);
  useEffect(refresh, [refresh]);

  async function older() {
    const page = await run(shown?.next);
    if (page) setShown((now) => ({ ...page, items: [...(now?.items ?? []), ...page.items] }));
  }

  return (
    <section className="part" aria-labelledby="cases">
      <div className="titled">
        <h2 id="cases">{t.title}</h2>
        <Button look="plain" busy={load.busy} onClick={refresh}>
          {t.refresh}
        </Button>
      </div>
      <Refusal failure={load.failure ?? open.failure} />
      {!shown && !load.failure && <p role="status">{words.loading}</p>}
      {shown?.items.length === 0 && <p className="hint">{t.none}</p>}
      {shown && shown.items.length > 0 && (
        <ul className="cases">
          {shown.items.map((one) => (
            <Case
              key={`${one.kind} ${one.caseId}`}
              one={one}
              onOpen={async () => {
                const user = await open.run(one.accountId);
                if (user) onUser(user);
              }}
            />
          ))}
        </ul>
      )}
      {shown?.next !== undefined && (
        <p>
          <Button busy={load.busy} onClick={() => void older()}>
            {t.more}
          </Button>
        </p>
      )}
    </section>
  );
}

function Case({ one, onOpen }: { one: OpenCase; onOpen: () => Promise<void> }) {
  const { formats } = useLanguage();
  const t = useHelpdeskMessages().cases;
  const name = one.username ?? t.erased;
  const kind = t.kinds[one.kind];
  const told = [
    t.number(one.caseNumber),
    t.since(formats.moment(one.openedAt)),
    one.expiresAt && t.until(formats.moment(one.expiresAt)),
    !one.mine && one.member && t.by(one.member),
  ].filter(Boolean);
  return (
    <li>
      <span className="entry-text">
        <span className="entry-name">
          {name}
          <span className={`badge ${one.kind === 'assistance' ? '' : 'warn'}`}>{kind}</span>
          {one.progress && <span className="badge">{t.progress[one.progress]}</span>}
          {one.mine && <span className="badge good">{t.mine}</span>}
        </span>
        <span className="hint">{told.join(' · ')}</span>
        {!one.canAssist && <span className="hint">{t.above}</span>}
      </span>
      <Button look="plain" aria-label={t.openOf(name, kind)} onClick={() => void onOpen()}>
        {t.open}
      </Button>
    </li>
  );
}
