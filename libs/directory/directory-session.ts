import { ResultCodeError, type Client, type Control } from 'ldapts';
import type { DirectoryOptions } from './directory-options.js';
import { Line, type Pin, type Reached } from './line.js';

/**
 * Runs `work` on one connection bound as the service account, and closes it.
 * @throws Unreachable, NotConfidential, or what the directory answered to the bind
 */
export const asService = <T>(options: DirectoryOptions, work: (ldap: Client) => Promise<T>, pin?: Pin): Promise<T> =>
  boundAs(options, options.bindDn, options.bindPassword, work, undefined, pin);

/** The same, as somebody else. @throws EmptyPassword before anything is sent: many servers take it for an anonymous bind */
export async function boundAs<T>(
  reached: Reached,
  dn: string,
  password: string,
  work: (ldap: Client) => Promise<T>,
  control?: Control,
  pin?: Pin,
): Promise<T> {
  const line = await openedAs(reached, dn, password, control, pin);
  return onLine(line, () => work(line.ldap)).finally(() => line.leave());
}

/** The same connection for whoever closes it themselves. */
export async function openedAs(
  reached: Reached,
  dn: string,
  password: string,
  control?: Control,
  pin?: Pin,
): Promise<Line> {
  if (password === '') throw new EmptyPassword();
  const line = await Line.to(reached, pin);
  try {
    await onLine(line, () => line.ldap.bind(dn, password, control));
    line.settled = false;
    return line;
  } catch (error) {
    await line.leave();
    throw error;
  }
}

async function onLine<T>(line: Line, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    line.settled = true;
    return result;
  } catch (error) {
    line.settled = error instanceof ResultCodeError;
    throw error;
  }
}

export class EmptyPassword extends Error {
  override readonly name = 'EmptyPassword';
}
