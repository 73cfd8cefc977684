import { useEffect, useState } from 'react';
import { api } from '../api/client.js';
import { asFailure, Problem, type Failure } from '../api/problem.js';
import { Link } from '../routing.js';
import '../styles/admin.css';
import { AdministrationPages } from '../ui/administration.js';
import { FailureNotice } from '../ui/failure-notice.js';
import { Notice } from '../ui/notice.js';
import { Page } from '../ui/page.js';
import { StepHeading } from '../ui/step-heading.js';
import { useAdminMessages } from './messages.js';
import { policyApi } from './policy-api.js';
import { PolicyForm } from './policy-form.js';
import type { Group, SavedPolicy } from './policy.js';

interface Loaded {
  saved: SavedPolicy;
  groups: readonly Group[];
  roles: readonly string[];
}

/** The tenant's settings, for its administrators. */
export default function PolicyPage() {
  const t = useAdminMessages();
  const [loaded, setLoaded] = useState<Loaded>();
  const [failure, setFailure] = useState<Failure>();

  useEffect(() => {
    Promise.all([policyApi.read(), api.me()])
      .then(async ([saved, { roles }]) => {
        setLoaded({ saved, roles, groups: await groupsFor(saved) });
      })
      .catch((error: unknown) => setFailure(asFailure(error)));
  }, []);

  return (
    <Page wide>
      <div className="flow">
        {loaded && <AdministrationPages roles={loaded.roles} here="/admin/policy" />}
        <StepHeading title={t.title} eyebrow={loaded && t.version(loaded.saved.version)} />
        {!loaded && !failure && <p className="hint">{t.loading}</p>}
        {failure && <Unloaded failure={failure} />}
        {loaded && (
          <PolicyForm
            saved={loaded.saved}
            groups={loaded.groups}
            mayChange={loaded.roles.includes('global-administrator')}
            onSaved={(saved) => setLoaded((now) => now && { ...now, saved })}
          />
        )}
      </div>
    </Page>
  );
}

/** Whoever may not list groups sees the ids the policy names. */
const groupsFor = ({ policy }: SavedPolicy): Promise<readonly Group[]> =>
  policyApi
    .groups()
    .catch(() => policy.groups.map((groupId) => ({ groupId, name: groupId, within: [], members: 0, enabled: true })));

function Unloaded({ failure }: { failure: Failure }) {
  const t = useAdminMessages();
  if (!(failure instanceof Problem) || (failure.status !== 401 && failure.status !== 403)) {
    return <FailureNotice failure={failure} />;
  }
  return (
    <>
      <Notice kind="info">{failure.status === 401 ? t.signInFirst : t.notAllowed}</Notice>
      <p>
        <Link to="/">{t.toSignIn}</Link>
      </p>
    </>
  );
}
