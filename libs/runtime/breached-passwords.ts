import { createHash } from 'node:crypto';
import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** The list cannot be used: with a sentence. */
export class BreachedPasswordsRefused extends Error {
  override readonly name = 'BreachedPasswordsRefused';
}

/** A part of the list could not be read: nothing is set until it can. */
export class BreachedListUnavailable extends Error {
  override readonly name = 'BreachedListUnavailable';
}

/** Whether a password is known from a breach. Nothing leaves the machine, and only the part that may hold it is read. */
export interface BreachedPasswords {
  /** Whether there is a list at all. */
  readonly listed: boolean;
  /** @param password normalised. @throws what reading the list throws: whoever asks must not go on as if it were clean */
  has(password: string): Promise<boolean>;
}

/** Without a list nothing is known. */
export const noBreachedPasswords: BreachedPasswords = { listed: false, has: () => Promise.resolve(false) };

/**
 * @param path a folder of files named by the first five hex digits of SHA-1, `00000` to `FFFFF` (with or without an ending),
 *   with lines `SUFFIX:COUNT`; or one file with lines `SHA1:COUNT`, sorted by hash: the two layouts of Pwned Passwords
 * @throws BreachedPasswordsRefused when it is neither
 */
export async function openBreachedPasswords(path: string): Promise<BreachedPasswords> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw refused(path, 'cannot be read');
  return found.isDirectory() ? folder(path) : file(path, found.size);
}

async function folder(path: string): Promise<BreachedPasswords> {
  const names = new Map<string, string>();
  for (const name of await readdir(path)) {
    const prefix = /^([0-9a-f]{5})(\.txt)?$/i.exec(name)?.[1];
    if (prefix) names.set(prefix.toUpperCase(), name);
  }
  if (names.size === 0) throw refused(path, 'holds no file named by five hexadecimal digits');
  return {
    listed: true,
    async has(password) {
      const hash = sha1(password);
      const name = names.get(hash.slice(0, 5));
      if (name === undefined) return false;
      const part = await open(join(path, name));
      try {
        return (await part.readFile('latin1'))
          .toUpperCase()
          .split(/\r?\n/)
          .some((line) => line.startsWith(hash.slice(5)));
      } finally {
        await part.close();
      }
    },
  };
}

async function file(path: string, size: number): Promise<BreachedPasswords> {
  const list = await open(path);
  const first = await lineAt(list, 0);
  if (!/^[0-9a-f]{40}(:|$)/i.test(first.text)) {
    await list.close();
    throw refused(path, 'does not begin with a SHA-1 hash of 40 hexadecimal digits');
  }
  return {
    listed: true,
    /** Halves the file until the line is found: about thirty short reads in 40 GB. */
    async has(password) {
      const hash = sha1(password);
      let [from, to] = [0, size];
      while (from < to) {
        const middle = Math.floor((from + to) / 2);
        const line = middle === 0 ? await lineAt(list, 0) : await lineAfter(list, middle - 1);
        if (line.start >= to || line.text === '') {
          to = middle;
          continue;
        }
        const found = line.text.slice(0, 40).toUpperCase();
        if (found === hash) return true;
        if (found < hash) from = line.end;
        else to = middle;
      }
      return false;
    },
  };
}

interface Line {
  readonly start: number;
  /** where the next line begins */
  readonly end: number;
  readonly text: string;
}

/** No line is longer: a hash, a colon, a count. */
const longestLine = 80;

async function lineAt(list: FileHandle, start: number): Promise<Line> {
  const { bytesRead, buffer } = await list.read(Buffer.alloc(longestLine), 0, longestLine, start);
  const text = buffer.toString('latin1', 0, bytesRead);
  const end = text.indexOf('\n');
  return { start, end: start + (end < 0 ? bytesRead : end + 1), text: (end < 0 ? text : text.slice(0, end)).trimEnd() };
}

/** The first line that begins after this place. */
async function lineAfter(list: FileHandle, place: number): Promise<Line> {
  const { end } = await lineAt(list, place);
  return lineAt(list, end);
}

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex').toUpperCase();

const refused = (path: string, why: string): BreachedPasswordsRefused =>
  new BreachedPasswordsRefused(
    `KEYTURN_BREACHED_PASSWORDS: ${path} ${why}. Give it the folder or the sorted file of SHA-1 hashes, or leave it out.`,
  );
