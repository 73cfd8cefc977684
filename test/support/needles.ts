/** Bytes, or a text, that should be nowhere; by what it is called. */
export type Secrets = Readonly<Record<string, string | Buffer>>;

interface Needle {
  readonly name: string;
  readonly bytes: Buffer;
  /** Only digits: found in the midst of hexadecimal digits, it is there by chance. */
  readonly digits: boolean;
}

/** Looks for secrets in bytes, in every form a program might have written them. */
export class Needles {
  /** Whether a needle begins with these three bytes. */
  readonly #begins = new Uint8Array(1 << 24);
  readonly #byBeginning = new Map<number, Needle[]>();

  constructor(secrets: Secrets) {
    for (const [name, secret] of Object.entries(secrets)) {
      for (const [form, bytes] of Object.entries(formsOf(secret))) {
        if (bytes.length < 6) throw new RangeError(`${name} is too short to be told from chance`);
        const key = bytes.readUIntBE(0, 3);
        this.#begins[key] = 1;
        const digits = /^\d+$/.test(bytes.toString('latin1'));
        const needle = { name: `${name}, ${form}`, bytes, digits };
        this.#byBeginning.set(key, [...(this.#byBeginning.get(key) ?? []), needle]);
      }
    }
  }

  /** @returns what was found, each once, as `<name>, <form>` */
  in(bytes: Buffer): string[] {
    const found = new Set<string>();
    for (let at = 0; at + 2 < bytes.length; at++) {
      const key = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
      if (this.#begins[key] === 0) continue;
      for (const needle of this.#byBeginning.get(key) ?? []) if (stands(needle, bytes, at)) found.add(needle.name);
    }
    return [...found].sort();
  }
}

function stands({ bytes: wanted, digits }: Needle, bytes: Buffer, at: number): boolean {
  const end = at + wanted.length;
  if (end > bytes.length || wanted.compare(bytes, at, end) !== 0) return false;
  return !digits || !(isHex(bytes[at - 1]) && isHex(bytes[end]));
}

const isHex = (byte: number | undefined): boolean =>
  byte !== undefined && /[0-9a-fA-F]/.test(String.fromCharCode(byte));

/** A secret as it is, and as text protocols, logs and directories write it. */
export function formsOf(secret: string | Buffer): Record<string, Buffer> {
  if (Buffer.isBuffer(secret)) return { 'as it is': secret, ...written(secret, '') };
  const utf16 = Buffer.from(secret, 'utf16le');
  const [url, json] = [encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  return {
    'as it is': Buffer.from(secret),
    'in UTF-16': utf16,
    ...written(Buffer.from(secret), ''),
    ...written(utf16, ' of UTF-16'),
    ...(url !== secret && { 'in an URL': Buffer.from(url) }),
    ...(json !== secret && { 'in JSON': Buffer.from(json) }),
  };
}

function written(bytes: Buffer, of: string): Record<string, Buffer> {
  const hex = bytes.toString('hex');
  const forms = { [`hex${of}`]: Buffer.from(hex), [`HEX${of}`]: Buffer.from(hex.toUpperCase()) };
  for (const ahead of [0, 1, 2]) {
    // What the value alone decides, wherever in a longer one it begins.
    const [from, to] = [Math.ceil((ahead * 8) / 6), Math.floor(((ahead + bytes.length) * 8) / 6)];
    const text = Buffer.concat([Buffer.alloc(ahead), bytes])
      .toString('base64')
      .slice(from, to);
    const url = text.replaceAll('+', '-').replaceAll('/', '_');
    forms[`base64${of} after ${ahead}`] = Buffer.from(text);
    if (url !== text) forms[`base64url${of} after ${ahead}`] = Buffer.from(url);
  }
  return forms;
}
