import { useId } from 'react';
import { useLanguage } from '../messages/language.js';
import { AlertIcon } from '../ui/icons.js';
import { age } from './ages.js';
import { AgentErrors } from './agent-errors.js';
import { AgentFacts } from './agent-facts.js';
import { nameOf, standingOf, titleOf, type Agent, type Standing } from './agents.js';
import { useAgentMessages } from './messages.js';
import { RevokeAgent } from './revoke-agent.js';
import { warningsOf } from './warnings.js';

interface Props {
  agent: Agent;
  /** the tenant's other agents that were not revoked */
  others: readonly Agent[];
  now: number;
  acts: boolean;
  onRevoked: (agent: Agent) => void;
}

const looks: Partial<Record<Standing, 'good' | 'warn'>> = {
  alive: 'good',
  unusable: 'warn',
  'directory-away': 'warn',
  silent: 'warn',
  'never-heard': 'warn',
  'code-expired': 'warn',
};

/** One agent: how it is, what it found, and what is wrong with it. */
export function AgentEntry({ agent, others, now, acts, onRevoked }: Props) {
  const { language } = useLanguage();
  const t = useAgentMessages().list;
  const id = useId();
  const standing = standingOf(agent, now);
  const told =
    standing === 'silent' && agent.lastHeardAt
      ? t.silentFor(age(agent.lastHeardAt, now, language))
      : t.standings[standing];
  const warnings = warningsOf(agent, now);
  return (
    <li className="agent" aria-labelledby={id}>
      <div className="agent-head">
        <div className="entry-text">
          <h3 id={id} className="entry-name">
            {titleOf(agent)}
            <span className={`badge ${looks[standing] ?? ''}`}>{told}</span>
          </h3>
          <p className="hint agent-id">{t.id(agent.agentId)}</p>
        </div>
        {acts && <RevokeAgent agent={agent} others={others} onRevoked={onRevoked} />}
      </div>
      {warnings.length > 0 && (
        <ul className="agent-warnings">
          {warnings.map((warning) => (
            <li key={warning}>
              <AlertIcon />
              <span>
                {warning === 'conflicts'
                  ? t.warnings.conflicts(agent.directory?.people?.told?.conflicts ?? 0)
                  : t.warnings[warning]}
              </span>
            </li>
          ))}
        </ul>
      )}
      <AgentFacts agent={agent} now={now} />
      {agent.enrolledAt !== null && <AgentErrors name={nameOf(agent)} errors={agent.lastErrors} now={now} />}
    </li>
  );
}
