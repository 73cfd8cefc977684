const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/** P-256, because every browser has it. The private half cannot be exported. */
export async function newKeys(): Promise<{ key: CryptoKey; publicKey: JsonWebKey }> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
  return { key: privateKey, publicKey: { kty: kty!, crv: crv!, x: x!, y: y! } };
}

/** Whether keys can be made and kept here: browsers offer them to secure pages only. */
export const canKeepKeys = (): boolean => 'indexedDB' in globalThis && globalThis.crypto?.subtle !== undefined;

/** The headers that say who sent a request (RFC 9421 as docs/devices.md has it). @param now milliseconds */
export async function signatureHeaders(
  deviceId: string,
  key: CryptoKey,
  { method, path, body, now }: { method: string; path: string; body?: string | undefined; now: number },
): Promise<Record<string, string>> {
  const digest = body === undefined ? undefined : `sha-256=:${base64(await sha256(body))}:`;
  const nonce = base64(crypto.getRandomValues(new Uint8Array(18)))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
  const components = digest === undefined ? '("@method" "@path")' : '("@method" "@path" "content-digest")';
  const created = Math.floor(now / 1000);
  const parameters = `${components};created=${created};nonce="${nonce}";keyid="${deviceId}";alg="ecdsa-p256-sha256"`;
  const lines = [
    `"@method": ${method}`,
    `"@path": ${path}`,
    ...(digest === undefined ? [] : [`"content-digest": ${digest}`]),
    `"@signature-params": ${parameters}`,
  ];
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, bytesOf(lines.join('\n')));
  return {
    'Signature-Input': `keyturn=${parameters}`,
    Signature: `keyturn=:${base64(new Uint8Array(signature))}:`,
    ...(digest !== undefined && { 'Content-Digest': digest }),
  };
}

const bytesOf = (text: string) => new TextEncoder().encode(text);
const sha256 = async (text: string) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytesOf(text)));
const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
