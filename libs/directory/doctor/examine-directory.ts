import type { Client, Entry } from 'ldapts';
import { policyHints } from '../active-directory.js';
import { answerOf, ldap as codes, troubleOf } from '../directory-errors.js';
import type { DirectoryOptions } from '../directory-options.js';
import { asService } from '../directory-session.js';
import { attributeMaps } from '../directory-user.js';
import { oneText } from '../entries.js';
import { anyUser, countPeople, pageSeconds, type UserSource } from '../users.js';
import { fenceSchema, fenceTrouble } from './fence-schema.js';
import { failed, ok, unknown, warning, type Finding } from './finding.js';
import { examineNetwork } from './network.js';
import { examineProtection } from './protection.js';
import { examineRights } from './rights.js';

/** Seconds of difference that nothing minds. */
const tolerated = 60;

/** Everything an agent needs of its directory, from the wire up to the rights. Changes nothing. */
export async function examineDirectory(
  options: DirectoryOptions,
  source: Omit<UserSource, 'options'>,
): Promise<Finding[]> {
  const network = await examineNetwork(options);
  if (network.some(({ state }) => state === 'failed')) return network;
  try {
    return [...network, ...(await asService(options, (ldap) => examineBound(ldap, options, source)))];
  } catch (error) {
    const refused = answerOf(error) !== undefined;
    const detail = `${options.bindDn} cannot sign in (${troubleOf(error)})`;
    return [
      ...network,
      failed(
        'bind',
        detail,
        refused
          ? 'Correct LDAP_BIND_DN and LDAP_BIND_PASSWORD, and see that the account is neither locked, expired nor told to change its password.'
          : 'See that the directory answers, and try again.',
      ),
    ];
  }
}

async function examineBound(
  ldap: Client,
  options: DirectoryOptions,
  source: Omit<UserSource, 'options'>,
): Promise<Finding[]> {
  const { baseDn, fenceAttribute } = options;
  const findings: Finding[] = [ok('bind', `signed in as ${options.bindDn}`)];
  const root = (await ldap.search('', { scope: 'base', attributes: ['*', 'supportedControl', 'currentTime'] }))
    .searchEntries[0];
  const base = await ldap.search(baseDn, { scope: 'base', attributes: ['1.1'] }).catch(() => undefined);
  findings.push(
    base?.searchEntries.length === 1
      ? ok('base', `${baseDn} is there`)
      : failed(
          'base',
          `${baseDn} is not there, or may not be read`,
          'Correct LDAP_BASE_DN, or let the service account read it.',
        ),
  );
  const dn = base && (await anyUser(ldap, { ...source, options }).catch(() => undefined));
  findings.push(
    dn
      ? ok('sample-user', `reads people, such as ${dn}`)
      : failed(
          'sample-user',
          'finds nobody below the base',
          'Correct LDAP_BASE_DN or LDAP_USER_UNITS, or let the service account read people.',
        ),
  );
  findings.push(...(await examineUnits(ldap, source.units ?? [])));
  if (dn)
    findings.push(...(await examineRights(ldap, options, dn)), await examineNames(ldap, dn, { ...source, options }));
  if (dn) findings.push(await examineCount({ ...source, options }));
  findings.push(await examineFence(ldap, options, fenceAttribute));
  findings.push(...(await examineProtection(ldap, options, dn || undefined)));
  findings.push(examineMode(options, root), ...examineClock(root));
  return findings;
}

async function examineFence(ldap: Client, options: DirectoryOptions, attribute: string): Promise<Finding> {
  const schema = await fenceSchema(ldap, options).catch(() => ({ kind: 'unreadable' }) as const);
  if (schema.kind === 'unreadable')
    return unknown('fence', 'the schema cannot be read', 'Let the service account read the schema.');
  const trouble = fenceTrouble(schema, attribute);
  return trouble
    ? failed('fence', trouble, 'Choose another attribute for LDAP_FENCE_ATTRIBUTE.')
    : ok('fence', `${attribute} is single-valued and long enough`);
}

/** One that is not there keeps everybody else from being read. */
async function examineUnits(ldap: Client, units: readonly string[]): Promise<Finding[]> {
  const there = async (unit: string): Promise<boolean> =>
    ldap.search(unit, { scope: 'base', attributes: ['1.1'] }).then(
      ({ searchEntries }) => searchEntries.length === 1,
      () => false,
    );
  const fix = 'Correct LDAP_USER_UNITS, or let the service account read it: until then nobody is imported.';
  return Promise.all(
    units.map(async (unit) =>
      (await there(unit))
        ? ok('unit', `${unit} is there`)
        : failed('unit', `${unit} is not there, or may not be read`, fix),
    ),
  );
}

/** Whether the sample person has what people type to sign in. */
async function examineNames(ldap: Client, dn: string, source: UserSource): Promise<Finding> {
  const { username } = { ...attributeMaps[source.options.kind], ...source.attributes };
  const found = await ldap.search(dn, { scope: 'base', attributes: [username] }).catch(() => undefined);
  const entry = found?.searchEntries[0];
  const fix =
    'Set LDAP_ATTRIBUTE_USERNAME to the attribute that holds what people type, and let the service account read it.';
  return entry && oneText(entry, username)
    ? ok('username', `${username} holds what people type`)
    : warning('username', `the sample person has no ${username}: who has none is not imported`, fix);
}

/** A server may cut a search off, page by page or in all: then people below the cut are never read. */
async function examineCount(source: UserSource): Promise<Finding> {
  try {
    const patient = { ...source.options, timeoutMs: pageSeconds * 1_000 };
    return ok('people', `${await asService(patient, (ldap) => countPeople(ldap, source))} can be read`);
  } catch (error) {
    const limit = answerOf(error)?.code === codes.sizeLimitExceeded;
    return failed(
      'people',
      limit
        ? 'the directory gives out only some of the people'
        : `people cannot be read to the end (${troubleOf(error)})`,
      limit
        ? 'Lift the size limit for the service account (olcLimits in docs/directory.md).'
        : 'See that the directory answers, and try again.',
    );
  }
}

function examineMode({ kind, passwordModify }: DirectoryOptions, root: Entry | undefined): Finding {
  if (kind === 'openldap') {
    return passwordModify === 'exop'
      ? warning(
          'mode',
          'passwords are set unfenced, by RFC 3062’s operation',
          'Unset LDAP_PASSWORD_MODIFY where userPassword may be written: only then a late or repeated reset is refused by the directory itself.',
        )
      : ok('mode', 'passwords are set fenced');
  }
  const controls = [root?.supportedControl ?? []].flat().map(String);
  return controls.includes(policyHints)
    ? ok('mode', 'passwords are set fenced, and history and age are checked (policy hints)')
    : warning(
        'mode',
        'passwords are set fenced, but this server has no policy hints: a reset does not check history',
        'Nothing, or a server that offers the control 1.2.840.113556.1.4.2239.',
      );
}

function examineClock(root: Entry | undefined): Finding[] {
  const text = root && oneText(root, 'currentTime');
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(text ?? '');
  if (!parts) return [unknown('directory-clock', 'the directory does not tell its time')];
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const off = Math.round((Date.UTC(year, month - 1, day, hour, minute, second) - Date.now()) / 1000);
  return [
    Math.abs(off) <= tolerated
      ? ok('directory-clock', `within ${tolerated} s of this machine’s`)
      : warning('directory-clock', `${off} s ahead of this machine’s`, 'Let both follow the same time servers.'),
  ];
}
