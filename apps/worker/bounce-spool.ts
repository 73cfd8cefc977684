import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readReturnedMail, type ReturnedMail } from '#libs/channels/email/delivery-status';

/** Larger than any report; what is larger is somebody's idea of a joke. */
const mostBytes = 1024 * 1024;

export interface BounceSpoolOptions {
  /** Where the mail server puts what comes back, one mail a file; a Maildir's `new` will do. */
  readonly folder: string;
  /** @returns whether it names a delivery of ours */
  readonly receive: (returned: ReturnedMail) => Promise<boolean>;
  readonly onError: (error: Error) => void;
}

/**
 * Looks through the folder once. A mail is removed when all that follows from it is stored, so a crash loses none; what
 * is no report of ours goes to the folder `rejected`. Files whose names begin with a dot or end in `.tmp` are still being written.
 * @returns how many mails of ours had come back
 */
export async function readBounces({ folder, receive, onError }: BounceSpoolOptions): Promise<number> {
  const names = await readdir(folder).catch(() => [] as string[]);
  let received = 0;
  for (const name of names.filter((one) => !one.startsWith('.') && !one.endsWith('.tmp'))) {
    const path = join(folder, name);
    try {
      const { size, isFile } = await stat(path).then((found) => ({ size: found.size, isFile: found.isFile() }));
      if (!isFile) continue;
      const returned =
        size <= mostBytes ? await readReturnedMail(await readFile(path)).catch(() => undefined) : undefined;
      if (returned && (await receive(returned))) {
        received++;
        await rm(path);
      } else {
        await mkdir(join(folder, 'rejected'), { recursive: true, mode: 0o700 });
        await rename(path, join(folder, 'rejected', name));
      }
    } catch (error) {
      // It stays where it is, and is looked at again.
      onError(error as Error);
    }
  }
  return received;
}
