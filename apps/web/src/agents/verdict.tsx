import { Link } from '../routing.js';
import { Notice } from '../ui/notice.js';
import { usableIn, type AgentList, type Obstacle } from './agents.js';
import { useAgentMessages } from './messages.js';

/** What somebody decided, and is no trouble by itself. */
const decided: ReadonlySet<Obstacle> = new Set(['not-enabled-for-tenant', 'plan-without-writeback', 'writeback-off']);
const inPolicy: ReadonlySet<Obstacle> = new Set(['not-enabled-for-tenant', 'writeback-off']);

/** Whether hybrid people can reset right now, and if not, why not. Announced when it changes. */
export function Verdict({ list: { hybridReset, agents } }: { list: AgentList }) {
  const t = useAgentMessages().verdict;
  const { obstacle } = hybridReset;
  if (obstacle === null) {
    const count = usableIn(agents);
    return (
      <Notice key="possible" kind="success">
        <p className="verdict-line">{t.possible}</p>
        <p>{count > 1 ? t.several(count) : t.alone}</p>
      </Notice>
    );
  }
  const { why, what } = t.obstacles[obstacle];
  return (
    <Notice key={obstacle} kind={decided.has(obstacle) ? 'info' : 'error'}>
      <p className="verdict-line">{why}</p>
      <p>{what}</p>
      {inPolicy.has(obstacle) && (
        <p>
          <Link to="/admin/policy">{t.toPolicy}</Link>
        </p>
      )}
    </Notice>
  );
}
