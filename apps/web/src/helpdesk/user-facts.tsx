import { useLanguage } from '../messages/language.js';
import { momentOf } from '../messages/moments.js';
import type { HelpdeskUser } from './helpdesk.js';
import { useHelpdeskMessages } from './messages.js';

/** What a member is told of somebody before anything is done. */
export function UserFacts({ user }: { user: HelpdeskUser }) {
  const { language } = useLanguage();
  const t = useHelpdeskMessages().user;
  const { eligible, reason, disabled, families, blocks, lastRecovery } = user;
  const list = new Intl.ListFormat(language, { type: 'conjunction' });
  return (
    <section className="user-facts" aria-label={t.facts}>
      <p className="verdict">
        <span className={`badge ${eligible ? 'good' : 'warn'}`}>{eligible ? t.canReset : t.cannotReset}</span>
        {disabled && <span className="badge warn">{t.disabled}</span>}
      </p>
      {!eligible && <p>{t.reasons[reason ?? ''] ?? t.otherReason}</p>}
      <dl>
        <div>
          <dt>{t.waysLabel}</dt>
          <dd>{families.length === 0 ? t.noWays : list.format(families.map((family) => t.ways[family]))}</dd>
        </div>
        <div>
          <dt>{t.blocksLabel}</dt>
          <dd>
            {blocks.length === 0
              ? t.noBlocks
              : blocks.map(({ family, until }) => (
                  <span key={family} className="line">
                    {t.block(t.ways[family], momentOf(until, language))}
                  </span>
                ))}
          </dd>
        </div>
        <div>
          <dt>{t.lastLabel}</dt>
          <dd>
            {lastRecovery ? (
              <>
                <span className="line">
                  {t.last(momentOf(lastRecovery.startedAt, language), endOf(lastRecovery.outcome, t))}
                </span>
                <span className="line hint">{t.supportCode(lastRecovery.supportCode)}</span>
              </>
            ) : (
              t.noLast
            )}
          </dd>
        </div>
      </dl>
    </section>
  );
}

function endOf(
  outcome: NonNullable<HelpdeskUser['lastRecovery']>['outcome'],
  t: ReturnType<typeof useHelpdeskMessages>['user'],
): string {
  if (!outcome) return t.stillOpen;
  const result = outcome.reason === 'unlocked' ? 'unlocked' : outcome.result;
  return t.results[result] ?? result;
}
