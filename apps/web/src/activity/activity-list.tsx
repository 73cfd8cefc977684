import { useEffect, useRef, useState } from 'react';
import { useAction } from '../api/use-action.js';
import { useLanguage } from '../messages/language.js';
import { Button } from '../ui/button.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { activityApi } from './activity-api.js';
import type { Activity, ActivityPart } from './activity.js';
import { ActivityEntry } from './activity-entry.js';
import { byDay } from './days.js';
import { useActivityMessages } from './messages.js';
import { NotMeHelp } from './not-me-help.js';

/** What happened, newest first, day by day; earlier entries are put below on demand. */
export function ActivityList({ first, onSecured }: { first: ActivityPart; onSecured: () => void }) {
  const { language } = useLanguage();
  const t = useActivityMessages().list;
  const [shown, setShown] = useState<ActivityPart & { from: number }>({ ...first, from: 0 });
  const [disputed, setDisputed] = useState<Activity>();
  const [asking, setAsking] = useState(false);
  const more = useAction((cursor: string) => activityApi.part(cursor));
  const newest = useRef<HTMLLIElement>(null);

  async function earlier() {
    const part = await more.run(shown.next ?? '');
    if (part) setShown((now) => ({ ...part, items: [...now.items, ...part.items], from: now.items.length }));
  }
  function dispute(entry: Activity) {
    setDisputed(entry);
    setAsking(true);
  }
  // The button may be gone: what was added takes the focus, so that reading goes on there.
  useEffect(() => {
    if (shown.from > 0) newest.current?.focus();
  }, [shown.from]);

  let place = 0;
  return (
    <section className="part" aria-labelledby="activity">
      <h2 id="activity">{t.title}</h2>
      {shown.items.length === 0 && <p className="hint">{t.empty}</p>}
      {byDay(shown.items, language).map(({ name, items }) => (
        <div key={name} className="day">
          <h3>{name}</h3>
          <ol>
            {items.map((entry) => {
              const n = place++;
              return (
                <li key={n} ref={n === shown.from ? newest : undefined} tabIndex={-1}>
                  <ActivityEntry entry={entry} onDispute={() => dispute(entry)} />
                </li>
              );
            })}
          </ol>
        </div>
      ))}
      <FailureNotice failure={more.failure} />
      {shown.next !== undefined ? (
        <p>
          <Button busy={more.busy} onClick={() => void earlier()}>
            {t.earlier}
          </Button>
        </p>
      ) : (
        shown.items.length > 0 && <p className="hint">{t.all}</p>
      )}
      <NotMeHelp open={asking} entry={disputed} onClose={() => setAsking(false)} onSecured={onSecured} />
    </section>
  );
}
