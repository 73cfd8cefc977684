import { useLanguage } from '../messages/language.js';
import { exactly } from './ages.js';
import { titleOf, type Agent } from './agents.js';
import { useAgentMessages } from './messages.js';

/** Those that were, for whoever looks for one. */
export function RevokedAgents({ agents }: { agents: readonly Agent[] }) {
  const { language } = useLanguage();
  const t = useAgentMessages().list;
  if (agents.length === 0) return null;
  return (
    <details className="part revoked-agents">
      <summary>{t.revoked(agents.length)}</summary>
      <ul>
        {agents.map((agent) => (
          <li key={agent.agentId}>
            <span className="entry-text">
              <span className="entry-name">
                {titleOf(agent)}
                <span className="badge">{t.standings.revoked}</span>
              </span>
              <span className="hint agent-id">{t.id(agent.agentId)}</span>
              {agent.revokedAt !== null && (
                <span className="hint">
                  {t.facts.revoked}: <time dateTime={agent.revokedAt}>{exactly(agent.revokedAt, language)}</time>
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
