import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';

/** Little work: it only keeps what people type in a demonstration from lying about in clear. */
const cost = { N: 1024, r: 8, p: 1 };
const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

export async function hashOf(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `${salt.toString('base64url')}.${(await derive(password, salt, 32, cost)).toString('base64url')}`;
}

export async function isOf(hash: string, password: string): Promise<boolean> {
  const [salt = '', key = ''] = hash.split('.');
  const there = Buffer.from(key, 'base64url');
  const asked = await derive(password, Buffer.from(salt, 'base64url'), 32, cost);
  return there.length === asked.length && timingSafeEqual(there, asked);
}

export async function isOneOf(hashes: readonly string[], password: string): Promise<boolean> {
  for (const hash of hashes) if (await isOf(hash, password)) return true;
  return false;
}
