import { useState } from 'react';
import { hasCode } from '../api/problem.js';
import { useAction } from '../api/use-action.js';
import { Button } from '../ui/button.js';
import { ConfirmDialog } from '../ui/confirm-dialog.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Notice } from '../ui/notice.js';
import { nameOf, usableIn, type Agent } from './agents.js';
import { agentsApi } from './agents-api.js';
import { useAgentMessages } from './messages.js';

interface Props {
  agent: Agent;
  others: readonly Agent[];
  onRevoked: (agent: Agent) => void;
}

/** Puts an agent out for good; says before what is lost by it. */
export function RevokeAgent({ agent, others, onRevoked }: Props) {
  const t = useAgentMessages().revoke;
  const [asking, setAsking] = useState(false);
  const revoke = useAction(agentsApi.revoke);
  const name = nameOf(agent);

  async function confirmed(): Promise<void> {
    const done = await revoke.run(agent.agentId);
    setAsking(false);
    if (done !== undefined) onRevoked(agent);
  }

  return (
    <div className="agent-actions">
      <Button
        look="plain"
        aria-label={t.of(name)}
        onClick={() => {
          revoke.clear();
          setAsking(true);
        }}
      >
        {t.open}
      </Button>
      {hasCode(revoke.failure, 'not-found') ? (
        <Notice kind="error">{t.gone}</Notice>
      ) : (
        <FailureNotice failure={revoke.failure} />
      )}
      <ConfirmDialog
        open={asking}
        title={t.title(name)}
        confirm={t.yes}
        dismiss={t.no}
        busy={revoke.busy}
        onConfirm={() => void confirmed()}
        onDismiss={() => setAsking(false)}
      >
        {asking && <Lost agent={agent} others={others} />}
      </ConfirmDialog>
    </div>
  );
}

function Lost({ agent: { state, usable }, others }: Pick<Props, 'agent' | 'others'>) {
  const t = useAgentMessages().revoke;
  if (state === 'waiting-for-enrolment') return <p>{t.waiting}</p>;
  const left = usableIn(others);
  return (
    <div className="lost">
      {!usable ? <p>{t.notAlive}</p> : left === 0 ? <p className="would-lose">{t.last}</p> : <p>{t.others(left)}</p>}
      <p>{t.forGood}</p>
      {state === 'alive' && <p>{t.begun}</p>}
    </div>
  );
}
