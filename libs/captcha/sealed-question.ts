import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Everything one captcha is about. Only ever stored sealed. */
export type Question = LocalQuestion | WorkQuestion | NoQuestion;

interface Asked {
  /** who asked, as the API told us */
  source: string;
  /** of the request, when it may be repeated */
  bodyMac?: string;
}

export interface LocalQuestion extends Asked {
  mode: 'local';
  /** the signs in the image */
  signs: string;
  /** the digits in the sound */
  digits: string;
  /** of the noise, base64 */
  seed: string;
}

export interface WorkQuestion extends Asked {
  mode: 'proof-of-work';
  challenge: string;
  difficulty: number;
}

/** Kept only so that the same request gets the same answer. */
export interface NoQuestion extends Asked {
  mode: 'off';
}

/** AES-256-GCM; the id is bound in, so that a row cannot stand in for another. Layout: nonce (12) ‖ tag (16) ‖ text. */
export function sealQuestion(key: Buffer, captchaId: string, question: Question): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound(captchaId));
  const text = Buffer.concat([cipher.update(JSON.stringify(question), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

/** Throws when the row was made under another key or id, or was changed. */
export function openQuestion(key: Buffer, captchaId: string, sealed: Buffer): Question {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(bound(captchaId)).setAuthTag(sealed.subarray(12, 28));
  return JSON.parse(
    Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8'),
  ) as Question;
}

const bound = (captchaId: string): Buffer => Buffer.from(`keyturn captcha ${captchaId}`);
