import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reportOf } from '#libs/channels/email/delivery-report';

/** Puts the report that a mail could not be delivered (RFC 3464) where the product's mail server would. */
export async function sendBack(folder: string, recipient: string, raw: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const name = join(folder, `${randomUUID()}.eml`);
  await writeFile(`${name}.tmp`, reportOf(recipient, raw), { mode: 0o600 });
  await rename(`${name}.tmp`, name);
}
