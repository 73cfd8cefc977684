import type { Client } from 'ldapts';
import { answerOf, troubleOf } from '../directory-errors.js';
import type { DirectoryOptions } from '../directory-options.js';
import { numberIn } from '../entries.js';
import { isMember } from '../group-members.js';
import { failed, ok, warning, type Finding } from './finding.js';

const check = 'protected-groups';
/** MS-ADTS 2.2.12: only such groups are in `tokenGroups`. */
const securityEnabled = 0x80000000;

/** Whether administrators would be told from others. Where that cannot be read nobody is written to. */
export async function examineProtection(
  ldap: Client,
  options: DirectoryOptions,
  sample: string | undefined,
): Promise<Finding[]> {
  const { kind, protectedGroups } = options;
  const findings = await Promise.all(protectedGroups.map((group) => examineGroup(ldap, kind, group, sample)));
  if (kind === 'ad') return [...findings, ...(sample === undefined ? [] : [await examineTokenGroups(ldap, sample)])];
  if (protectedGroups.length > 0) return findings;
  const fix = 'Set LDAP_PROTECTED_GROUPS to the groups of those who administer the directory.';
  return [warning(check, 'nobody is protected: whoever is below the base can be reset', fix)];
}

async function examineGroup(
  ldap: Client,
  kind: DirectoryOptions['kind'],
  group: string,
  sample: string | undefined,
): Promise<Finding> {
  const found = await ldap.search(group, { scope: 'base', attributes: ['groupType'] }).catch(() => undefined);
  const entry = found?.searchEntries[0];
  if (!entry) {
    return failed(
      check,
      `${group} is not there`,
      'Correct LDAP_PROTECTED_GROUPS: while it is wrong nobody is written to.',
    );
  }
  if (kind === 'ad') {
    const type = numberIn(entry, 'groupType');
    const distribution = type !== undefined && (type & securityEnabled) === 0;
    const fix = 'Name a security group in LDAP_PROTECTED_GROUPS.';
    return distribution
      ? failed(check, `${group} is a distribution group: its members are not protected`, fix)
      : ok(check, `${group} is there`);
  }
  try {
    await isMember(ldap, group, { dn: sample ?? '', uids: [] });
    return ok(check, `${group} is there, and its members can be read`);
  } catch (error) {
    const reason = answerOf(error) ? troubleOf(error) : 'a group in it, or its members, are hidden';
    const fix = 'Let the service account read member, uniqueMember and memberUid of it and of the groups in it.';
    return failed(check, `the members of ${group} cannot be read (${reason})`, fix);
  }
}

async function examineTokenGroups(ldap: Client, sample: string): Promise<Finding> {
  const attributes = ['tokenGroups'];
  const found = await ldap
    .search(sample, { scope: 'base', attributes, explicitBufferAttributes: attributes })
    .catch(() => undefined);
  const seen = [found?.searchEntries[0]?.tokenGroups ?? []].flat().length > 0;
  const fix =
    'Let the service account read tokenGroups of users (the group “Windows Authorization Access Group” may): without it everybody counts as protected.';
  return seen
    ? ok('token-groups', 'sees which groups people are in')
    : failed('token-groups', 'does not see which groups the sample person is in', fix);
}
