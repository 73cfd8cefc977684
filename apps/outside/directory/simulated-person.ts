import { randomUUID } from 'node:crypto';
import { hashOf, isOf, isOneOf } from './passwords.js';
import type { AttributeChange, Result } from './ldap-messages.js';

/** Like slapo-ppolicy(5): what `pwdMinLength`, `pwdInHistory`, `pwdMaxFailure` and `pwdLockoutDuration` say. */
export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly history: number;
  readonly maximumFailures: number;
  /** milliseconds */
  readonly lockoutMs: number;
}

export interface NewPerson {
  readonly uid: string;
  readonly mail: string;
  readonly unit: string;
  readonly telephoneNumber?: string;
}

export interface StoredPerson extends NewPerson {
  readonly entryUUID: string;
  readonly hash: string;
  /** Newest first. */
  readonly history: readonly string[];
  readonly failures: number;
  /** ISO 8601 UTC, or `for-ever` by an administrator's hand */
  readonly lockedAt: string | null;
  readonly mustChange: boolean;
  readonly fence: string | null;
  readonly passwordChanges: number;
  /** ISO 8601 UTC; absent before the first sign-in */
  readonly signedInAt?: string;
  /** ISO 8601 UTC */
  readonly modifiedAt: string;
}

export const newPerson = async (wish: NewPerson, password: string, now: Date): Promise<StoredPerson> => ({
  ...wish,
  entryUUID: randomUUID(),
  hash: await hashOf(password),
  history: [],
  failures: 0,
  lockedAt: null,
  mustChange: false,
  fence: null,
  passwordChanges: 0,
  modifiedAt: now.toISOString(),
});

export const isLocked = ({ lockedAt }: StoredPerson, { lockoutMs }: PasswordPolicy, now: Date): boolean =>
  lockedAt !== null && (lockedAt === forEver || now.getTime() < Date.parse(lockedAt) + lockoutMs);

export const forEver = 'for-ever';

export type SignIn = 'right' | 'must-change' | 'wrong' | 'locked';

/** Someone tries to sign in; wrong tries are counted, and lock. */
export async function signedIn(
  person: StoredPerson,
  password: string,
  policy: PasswordPolicy,
  now: Date,
): Promise<{ person: StoredPerson; result: SignIn }> {
  if (isLocked(person, policy, now)) return { person, result: 'locked' };
  if (await isOf(person.hash, password)) {
    const next = { ...person, failures: 0, lockedAt: null, signedInAt: now.toISOString() };
    return { person: next, result: person.mustChange ? 'must-change' : 'right' };
  }
  const failures = person.failures + 1;
  const lockedAt = failures >= policy.maximumFailures ? now.toISOString() : null;
  return { person: { ...person, failures: lockedAt ? 0 : failures, lockedAt }, result: 'wrong' };
}

/** The attribute that holds the fence. */
export const fenceAttribute = 'employeeNumber';

/** All of them or none (RFC 4511 §4.6), in order; with slapd's codes. */
export async function changed(
  person: StoredPerson,
  changes: readonly AttributeChange[],
  policy: PasswordPolicy,
  now: Date,
): Promise<StoredPerson | Result> {
  let next = person;
  for (const change of changes) {
    const result = await oneChange(next, change, policy);
    if ('code' in result) return result;
    next = result;
  }
  return { ...next, modifiedAt: now.toISOString() };
}

async function oneChange(
  person: StoredPerson,
  { operation, attribute, values }: AttributeChange,
  policy: PasswordPolicy,
): Promise<StoredPerson | Result> {
  switch (attribute.toLowerCase()) {
    case fenceAttribute.toLowerCase():
      return fenceChange(person, operation, values);
    case 'userpassword':
      return operation === 'replace' && values.length === 1
        ? passwordChange(person, values[0]!, policy)
        : { code: 53, text: 'a password is replaced' };
    case 'pwdaccountlockedtime':
      return values.length === 0 ? { ...person, lockedAt: null, failures: 0 } : { code: 50 };
    case 'pwdreset':
      return { ...person, mustChange: values[0] === 'TRUE' };
    default:
      return { code: 50, text: 'no write access to this attribute' };
  }
}

function fenceChange(
  person: StoredPerson,
  operation: AttributeChange['operation'],
  values: readonly string[],
): StoredPerson | Result {
  const [value] = values;
  if (values.length > 1) return { code: 19, text: `${fenceAttribute}: multiple values provided` };
  if (operation === 'replace') return { ...person, fence: value ?? null };
  if (operation === 'delete') {
    const there = person.fence !== null && (value === undefined || value === person.fence);
    return there ? { ...person, fence: null } : { code: 16, text: 'modify/delete: no such value' };
  }
  if (value === undefined) return { code: 2, text: 'no value' };
  if (person.fence === value) return { code: 20, text: 'modify/add: value exists' };
  return person.fence === null ? { ...person, fence: value } : { code: 19, text: 'multiple values provided' };
}

async function passwordChange(
  person: StoredPerson,
  password: string,
  policy: PasswordPolicy,
): Promise<StoredPerson | Result> {
  if ([...password].length < policy.minimumLength) return { code: 19, text: 'Password fails quality checking policy' };
  const earlier = policy.history > 0 ? [person.hash, ...person.history] : [];
  if (await isOneOf(earlier, password)) return { code: 19, text: 'Password is in history of old passwords' };
  return {
    ...person,
    hash: await hashOf(password),
    history: earlier.slice(0, policy.history),
    failures: 0,
    lockedAt: null,
    mustChange: false,
    passwordChanges: person.passwordChanges + 1,
  };
}
