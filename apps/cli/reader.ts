import { OperatorError, type Reader } from './operations.js';
import { askSecretly } from './prompt.js';

export interface ReadingFlags {
  readonly reveal?: boolean;
  readonly as?: string;
  readonly reason?: string;
}

/** What proves who reads is asked for, and never stands on the command line. @returns undefined without `--reveal` */
export async function readerOf({ reveal, as: username, reason }: ReadingFlags): Promise<Reader | undefined> {
  if (!reveal) {
    if (username !== undefined || reason !== undefined) {
      throw new OperatorError('--as and --reason go with --reveal; without it nothing personal is shown.');
    }
    return undefined;
  }
  if (!username || !reason?.trim()) throw new OperatorError('Say who reads with --as, and why with --reason.');
  if (reason.length > 500) throw new OperatorError('--reason has 500 characters at most.');
  const [password, code] = await askSecretly([`Password of ${username}`, 'App code']);
  return { username, password: password!, code: code!, reason };
}
