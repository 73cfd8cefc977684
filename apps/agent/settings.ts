import { isAbsolute, resolve } from 'node:path';
import type { DirectoryOptions } from '#libs/directory/directory-options';
import type { AttributeMap } from '#libs/directory/directory-user';
import { isWithin } from '#libs/directory/names';
import { authorityIn, type Authority } from './authority.js';
import { refusedSwitches } from './node-switches.js';

export interface AgentSettings {
  readonly apiUrl: URL;
  /** Needed at the first start only. */
  readonly enrolmentCode: string | undefined;
  readonly dataDir: string;
  readonly directory: DirectoryOptions;
  /** Where people are; the base when empty. */
  readonly units: readonly string[];
  /** Between two looks at who changed. */
  readonly syncEveryMs: number;
  /** Which attributes say what, where it is not the usual ones. */
  readonly attributes: Partial<AttributeMap>;
}

/** What is wrong with the settings, a sentence each, saying what to do. */
export class AgentSettingsRefused extends Error {
  override readonly name = 'AgentSettingsRefused';
}

const known = [
  'AGENT_API_URL',
  'AGENT_ENROLMENT_CODE',
  'AGENT_DATA_DIR',
  'LDAP_URL',
  'LDAP_BIND_DN',
  'LDAP_BIND_PASSWORD',
  'LDAP_CA_FILE',
  'LDAP_BASE_DN',
  'LDAP_KIND',
  'LDAP_FENCE_ATTRIBUTE',
  'LDAP_PROTECTED_GROUPS',
  'LDAP_PASSWORD_MODIFY',
  'LDAP_USER_UNITS',
  'AGENT_SYNC_SECONDS',
  'LDAP_ATTRIBUTE_USERNAME',
  'LDAP_ATTRIBUTE_MAIL',
  'LDAP_ATTRIBUTE_OFFICE_PHONE',
];

const attributeNames = [
  'LDAP_FENCE_ATTRIBUTE',
  'LDAP_ATTRIBUTE_USERNAME',
  'LDAP_ATTRIBUTE_MAIL',
  'LDAP_ATTRIBUTE_OFFICE_PHONE',
];
const severalNames = ['LDAP_USER_UNITS', 'LDAP_PROTECTED_GROUPS'];

/** Where Active Directory has room for a fence in every schema; unused by almost everybody. */
const defaultFence = { ad: 'adminDescription', openldap: undefined } as const;

/** Parses the environment once. @throws AgentSettingsRefused naming everything that is wrong */
export function readAgentSettings(env: Readonly<Record<string, string | undefined>>): AgentSettings {
  const wrong: string[] = [];
  const needed = (name: string, what: string): string => {
    const value = env[name] ?? '';
    if (value === '') wrong.push(`${name} is missing: set it to ${what}.`);
    return value;
  };
  for (const name of Object.keys(env)) {
    // Other names that begin with LDAP_ may be those of other programs.
    const ours = name.startsWith('AGENT_') || name.startsWith('LDAP_ATTRIBUTE_');
    if (ours && !known.includes(name)) wrong.push(`${name} is not a setting of this agent.`);
  }
  for (const name of attributeNames) {
    if (env[name] && !/^[A-Za-z][A-Za-z0-9-]*$/.test(env[name])) {
      wrong.push(`${name} must be the name of one attribute, such as mail.`);
    }
  }
  const baseDn = (env.LDAP_BASE_DN ?? '').trim();
  if (list(baseDn).length > 1) {
    wrong.push('LDAP_BASE_DN is one DN: name the one above all people, and where they are in LDAP_USER_UNITS.');
  } else if (baseDn && !isDistinguishedName(baseDn)) {
    wrong.push('LDAP_BASE_DN must be a DN such as OU=Staff,DC=example,DC=com.');
  }
  for (const name of severalNames) {
    for (const dn of list(env[name])) {
      if (isDistinguishedName(dn)) continue;
      wrong.push(`${name} must be a DN such as OU=Staff,DC=example,DC=com; several are separated by semicolons.`);
    }
  }
  for (const unit of baseDn && list(baseDn).length === 1 ? list(env.LDAP_USER_UNITS) : []) {
    if (isWithin(unit, baseDn)) continue;
    wrong.push(
      `LDAP_USER_UNITS names ${unit}, which is not below LDAP_BASE_DN: whoever is there could not be written.`,
    );
  }
  if (env.AGENT_ENROLMENT_CODE && !/^[\w.-]+$/.test(env.AGENT_ENROLMENT_CODE)) {
    wrong.push('AGENT_ENROLMENT_CODE is none: copy it again from where the agent was created.');
  }
  wrong.push(...refusedSwitches(env));
  const kind = env.LDAP_KIND ?? 'ad';
  if (kind !== 'ad' && kind !== 'openldap') wrong.push('LDAP_KIND must be ad or openldap.');
  const fence = env.LDAP_FENCE_ATTRIBUTE || defaultFence[kind === 'openldap' ? 'openldap' : 'ad'];
  if (!fence) {
    wrong.push(
      'LDAP_FENCE_ATTRIBUTE is missing: name a single-valued attribute that nothing else uses (docs/directory.md).',
    );
  }
  const passwordModify = env.LDAP_PASSWORD_MODIFY ?? 'fenced';
  if (passwordModify !== 'fenced' && passwordModify !== 'exop')
    wrong.push('LDAP_PASSWORD_MODIFY must be fenced or exop.');
  if (passwordModify === 'exop' && kind === 'ad')
    wrong.push('LDAP_PASSWORD_MODIFY=exop is for OpenLDAP: unset it, Active Directory knows no such operation.');
  const url = needed('LDAP_URL', 'the directory, such as ldaps://dc1.example.com');
  if (url && !isServer(url)) wrong.push('LDAP_URL must be ldaps://, one host, and a port at most.');
  const apiUrl = needed('AGENT_API_URL', 'the address of Keyturn, such as https://reset.example.com');
  if (apiUrl && !permitted(apiUrl))
    wrong.push('AGENT_API_URL must begin with https:// (http:// only on this machine).');
  const authority = authorityOf(env.LDAP_CA_FILE, wrong);
  const settings = {
    apiUrl,
    enrolmentCode: env.AGENT_ENROLMENT_CODE || undefined,
    dataDir: absolute(env.AGENT_DATA_DIR ?? '.keyturn-agent'),
    units: list(env.LDAP_USER_UNITS),
    syncEveryMs: seconds(env.AGENT_SYNC_SECONDS, 60, wrong) * 1_000,
    attributes: {
      ...(env.LDAP_ATTRIBUTE_USERNAME && { username: env.LDAP_ATTRIBUTE_USERNAME }),
      ...(env.LDAP_ATTRIBUTE_MAIL && { mail: env.LDAP_ATTRIBUTE_MAIL }),
      ...(env.LDAP_ATTRIBUTE_OFFICE_PHONE && { officePhone: env.LDAP_ATTRIBUTE_OFFICE_PHONE }),
    },
    directory: {
      kind: kind === 'openldap' ? 'openldap' : 'ad',
      url,
      bindDn: needed('LDAP_BIND_DN', 'the service account'),
      bindPassword: needed('LDAP_BIND_PASSWORD', 'its password'),
      get ca() {
        return authority?.pem;
      },
      baseDn: needed('LDAP_BASE_DN', 'where people are, such as OU=Staff,DC=example,DC=com').trim(),
      fenceAttribute: fence ?? '',
      protectedGroups: list(env.LDAP_PROTECTED_GROUPS),
      passwordModify: passwordModify === 'exop' ? 'exop' : 'fenced',
    },
  } as const;
  if (wrong.length > 0) throw new AgentSettingsRefused(wrong.join('\n'));
  return { ...settings, apiUrl: new URL(apiUrl) };
}

/** One server, and nothing else: which of several would answer is nothing an agent may leave open. */
function isServer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, username, password, search, hash } = new URL(text);
  const bare = ['', '/'].includes(pathname) && !username && !password && !search && !hash;
  return protocol === 'ldaps:' && bare && /^([\w.-]+|\[[\d:.a-f]+\])$/i.test(hostname);
}

/** RFC 4514, roughly: `type=value`, separated by commas. What the directory itself refuses, it refuses. */
const isDistinguishedName = (text: string): boolean =>
  text.split(/(?<!\\)[,+]/).every((part) => /^\s*([A-Za-z][A-Za-z0-9-]*|\d+(\.\d+)+)\s*=(\\.|[^\\;])+$/.test(part));

/** What the agent says travels sealed and signed, but who asks for what should not be read on the way either. */
function permitted(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname));
}

function authorityOf(file: string | undefined, wrong: string[]): Authority | undefined {
  if (!file) return undefined;
  try {
    return authorityIn(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const unread = code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR';
    wrong.push(`LDAP_CA_FILE ${unread ? 'cannot be read' : 'holds no certificate in PEM'}: ${file}.`);
    return undefined;
  }
}

function seconds(text: string | undefined, missing: number, wrong: string[]): number {
  if (!text) return missing;
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  wrong.push('AGENT_SYNC_SECONDS must be a number of seconds, 1 or more.');
  return missing;
}

const absolute = (path: string): string => (isAbsolute(path) ? path : resolve(path));

/** DNs have commas, so they are told apart by semicolons. */
const list = (text: string | undefined): string[] =>
  (text ?? '')
    .split(/(?<!\\);/)
    .map((part) => part.trim())
    .filter(Boolean);
