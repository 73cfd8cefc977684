import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** PEM of who signed the directory's certificate. */
export interface Authority {
  /** As the file holds it now, so that one that is replaced counts without a restart; the last good one while it holds none. */
  readonly pem: string;
}

/** @throws Error when there is no certificate in the file */
export function authorityIn(file: string): Authority {
  let known = read(file);
  return {
    get pem() {
      try {
        known = read(file);
      } catch {
        // Half written, or gone for a moment.
      }
      return known;
    },
  };
}

function read(file: string): string {
  const text = readFileSync(file, 'utf8');
  if (!text.includes('-----BEGIN')) throw new TypeError('no PEM');
  new X509Certificate(text);
  return text;
}
