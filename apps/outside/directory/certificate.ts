import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { element, integer, tags } from './ber.js';

export interface OwnCertificate {
  /** PEM; clients trust it by itself, because it signs itself */
  readonly certificate: string;
  readonly key: string;
}

const oids = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
};
const oid = (name: keyof typeof oids): Buffer => element(0x06, Buffer.from(oids[name], 'hex'));
const dayMs = 86_400_000;

/** A certificate for this machine alone (RFC 5280), with a key that is kept nowhere. */
export function ownCertificate(now: Date, days = 3650): OwnCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = element(tags.sequence, oid('ecdsaWithSha256'));
  const name = element(
    tags.sequence,
    element(tags.set, element(tags.sequence, oid('commonName'), element(0x0c, 'Simulated directory'))),
  );
  const validity = element(
    tags.sequence,
    time(new Date(now.getTime() - dayMs)),
    time(new Date(now.getTime() + days * dayMs)),
  );
  const names = element(tags.sequence, element(0x82, 'localhost'), element(0x87, Buffer.from([127, 0, 0, 1])));
  const authority = element(tags.sequence, element(tags.boolean, Buffer.from([0xff])));
  const body = element(
    tags.sequence,
    element(0xa0, integer(2)),
    element(tags.integer, Buffer.concat([Buffer.from([0x01]), randomBytes(15)])),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, element(tags.sequence, extension('basicConstraints', authority), extension('subjectAltName', names))),
  );
  const signature = sign('sha256', body, privateKey);
  const der = element(tags.sequence, body, algorithm, element(0x03, Buffer.from([0]), signature));
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}

const extension = (name: 'basicConstraints' | 'subjectAltName', value: Buffer): Buffer =>
  element(tags.sequence, oid(name), element(tags.octets, value));

/** GeneralizedTime, which has no year that ends it */
const time = (date: Date): Buffer => element(0x18, date.toISOString().replace(/[-:T]|\.\d+/g, ''));
