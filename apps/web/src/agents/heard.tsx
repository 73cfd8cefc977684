import { useEffect, useRef, useState } from 'react';
import { nameOf, standingOf, type Agent, type Standing } from './agents.js';
import { useAgentMessages } from './messages.js';

/** Says to whoever does not see the list what changed in it. */
export function Heard({ agents, now }: { agents: readonly Agent[]; now: number }) {
  const t = useAgentMessages().list;
  const before = useRef<ReadonlyMap<string, Standing>>(undefined);
  const [said, setSaid] = useState('');
  const standings = agents.map((agent) => [agent.agentId, standingOf(agent, now)] as const);
  const fingerprint = standings.join(' ');

  useEffect(() => {
    const known = before.current;
    before.current = new Map(standings);
    if (!known) return;
    const changed = agents.filter((agent, n) => known.get(agent.agentId) !== standings[n]![1]);
    if (changed.length > 0) {
      setSaid(changed.map((agent) => t.told(nameOf(agent), t.standings[standingOf(agent, now)])).join(' '));
    }
    // Nothing else makes news.
  }, [fingerprint]);

  return (
    <p className="visually-hidden" role="status">
      {said}
    </p>
  );
}
