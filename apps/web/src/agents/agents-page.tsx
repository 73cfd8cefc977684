import { useEffect, useState } from 'react';
import { api } from '../api/client.js';
import { Problem, type Failure } from '../api/problem.js';
import { useMessages } from '../messages/language.js';
import { Link } from '../routing.js';
import '../styles/agents.css';
import { AdministrationPages } from '../ui/administration.js';
import { Button } from '../ui/button.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Notice } from '../ui/notice.js';
import { Page } from '../ui/page.js';
import { StepHeading } from '../ui/step-heading.js';
import { AgentBoard } from './agent-board.js';
import { useAgentMessages } from './messages.js';
import { useAgents } from './use-agents.js';

/** The programs that carry passwords to the organisation's own directory: how they are, and more or fewer of them. */
export default function AgentsPage() {
  const t = useAgentMessages();
  const watched = useAgents();
  const { list, failure, refresh } = watched;
  const roles = useRoles(list);

  return (
    <Page wide>
      <div className="flow">
        {roles && list && <AdministrationPages roles={roles} here="/admin/agents" />}
        <StepHeading title={t.title} />
        {list ? (
          <AgentBoard watched={{ ...watched, list }} roles={roles} />
        ) : (
          <Closed failure={failure} onRetry={refresh} />
        )}
      </div>
    </Page>
  );
}

/** Asked until they are known: without them the page can be read and nothing else. */
function useRoles(looked: unknown): readonly string[] | undefined {
  const [roles, setRoles] = useState<readonly string[]>();
  useEffect(() => {
    if (roles || !looked) return;
    let stopped = false;
    api.me().then(
      (me) => !stopped && setRoles(me.roles),
      () => undefined,
    );
    return () => {
      stopped = true;
    };
  }, [roles, looked]);
  return roles;
}

function Closed({ failure, onRetry }: { failure: Failure | undefined; onRetry: () => void }) {
  const t = useAgentMessages();
  const { retry } = useMessages();
  if (!failure) return <p role="status">{t.loading}</p>;
  if (failure instanceof Problem && (failure.status === 401 || failure.status === 403)) {
    return (
      <>
        <Notice kind="info">{failure.code === 'not-allowed' ? t.notAllowed : t.signInFirst}</Notice>
        <p className="aside">
          <Link to="/">{t.toSignIn}</Link>
        </p>
      </>
    );
  }
  return (
    <>
      <FailureNotice failure={failure} />
      <div className="actions">
        <Button look="primary" onClick={onRetry}>
          {retry}
        </Button>
      </div>
    </>
  );
}
