import { standingOf, type Agent } from './agents.js';
import type { AgentMessages } from './messages-en.js';

export type Warning = keyof AgentMessages['list']['warnings'];

/** What an administrator ought to do something about, the most urgent first. */
export function warningsOf(agent: Agent, now: number): Warning[] {
  const { state, directory, sealingKeyExpiresAt } = agent;
  if (standingOf(agent, now) === 'code-expired') return ['codeExpired'];
  if (state === 'revoked' || state === 'waiting-for-enrolment') return [];
  const expired = sealingKeyExpiresAt !== null && Date.parse(sealingKeyExpiresAt) <= now;
  const found: [Warning, boolean][] = [
    ['sealingKeyExpired', expired],
    ['sealingKeyDue', agent.sealingKeyDue && !expired],
    ['identityKeyDue', agent.identityKeyDue],
    ['conflicts', (directory?.people?.told?.conflicts ?? 0) > 0],
    ['unfenced', directory !== null && !directory.fenced],
    // Active Directory's own administrators are never touched.
    ['nobodyProtected', directory?.kind === 'openldap' && directory.protectedGroups === 0],
    ['tooOld', directory === null && state === 'alive'],
  ];
  return found.flatMap(([warning, so]) => (so ? [warning] : []));
}
