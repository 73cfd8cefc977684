import { useEffect, useRef, useState } from 'react';
import { Problem } from '../api/problem.js';
import { useAction } from '../api/use-action.js';
import { timeZone } from '../messages/moments.js';
import { Button } from '../ui/button.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Notice } from '../ui/notice.js';
import { AgentEntry } from './agent-entry.js';
import { mayAct, nameOf, type Agent, type AgentList, type CreatedAgent } from './agents.js';
import { agentsApi } from './agents-api.js';
import { Heard } from './heard.js';
import { useAgentMessages } from './messages.js';
import { NewAgent } from './new-agent.js';
import { RevokedAgents } from './revoked-agents.js';
import type { Watched } from './use-agents.js';
import { Verdict } from './verdict.js';

interface Props {
  watched: Watched & { list: AgentList };
  /** undefined while they are not known */
  roles: readonly string[] | undefined;
}

/** What an administrator sees at a glance, and every agent below it. */
export function AgentBoard({ watched: { list, now, failure, refresh }, roles }: Props) {
  const t = useAgentMessages();
  const [created, setCreated] = useState<CreatedAgent>();
  const [revoked, setRevoked] = useState<readonly string[]>([]);
  const [said, setSaid] = useState<{ text: string }>();
  const notice = useRef<HTMLDivElement>(null);
  const adding = useRef<HTMLButtonElement>(null);
  const add = useAction((_: undefined, key) => agentsApi.create(key));
  const acts = roles !== undefined && mayAct(roles);
  // The list follows a moment later.
  const isRevoked = (agent: Agent): boolean => agent.state === 'revoked' || revoked.includes(agent.agentId);
  const present = list.agents.filter((agent) => !isRevoked(agent));

  const wasOpen = useRef(false);
  useEffect(() => {
    if (wasOpen.current && !created) adding.current?.focus();
    wasOpen.current = created !== undefined;
  }, [created]);
  // What was pressed is gone.
  useEffect(() => {
    if (said) notice.current?.focus();
  }, [said]);

  async function open(): Promise<void> {
    const answer = await add.run(undefined);
    if (!answer) return;
    setSaid(undefined);
    setCreated(answer);
    refresh();
  }

  function gone(agent: Agent): void {
    setRevoked((now) => [...now, agent.agentId]);
    if (created?.agentId === agent.agentId) setCreated(undefined);
    setSaid({ text: t.revoke.done(nameOf(agent)) });
    refresh();
  }

  return (
    <>
      <Verdict list={list} />
      {roles && !acts && <Notice kind="info">{t.readOnly}</Notice>}
      {failure && (
        <Notice kind="error">{failure instanceof Problem && failure.status === 401 ? t.signedOut : t.stale}</Notice>
      )}
      <Heard agents={present} now={now} />
      <section className="part" aria-labelledby="agents">
        <div className="titled">
          <h2 id="agents">{t.list.title}</h2>
          {acts && (
            <Button ref={adding} busy={add.busy} disabled={created !== undefined} onClick={() => void open()}>
              {t.add.open}
            </Button>
          )}
        </div>
        <p className="hint">
          {t.intro} {t.zone(timeZone())}
        </p>
        <FailureNotice failure={add.failure} />
        <div ref={notice} className="said" tabIndex={-1}>
          {said && <Notice kind="success">{said.text}</Notice>}
        </div>
        {created && (
          <NewAgent
            created={created}
            agent={list.agents.find(({ agentId }) => agentId === created.agentId)}
            now={now}
            onClose={() => setCreated(undefined)}
          />
        )}
        {present.length === 0 && !created && <p className="hint">{t.list.none}</p>}
        <ul className="agents">
          {present.map((agent) => (
            <AgentEntry
              key={agent.agentId}
              agent={agent}
              others={present.filter((other) => other !== agent)}
              now={now}
              acts={acts}
              onRevoked={gone}
            />
          ))}
        </ul>
      </section>
      <RevokedAgents agents={list.agents.filter(isRevoked)} />
    </>
  );
}
