import { createHash } from 'node:crypto';
import { readSignature, type SignedMessage } from './message-signature.js';

const body = Buffer.from('{"answer":"deny"}');
const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
const parameters =
  '("@method" "@path" "content-digest");created=1772442000;nonce="0123456789abcdef";keyid="device-1";alg="ed25519"';
const message: SignedMessage = {
  method: 'POST',
  target: '/api/v1/devices/device-1/approvals/approval-1',
  body,
  signatureInput: `keyturn=${parameters}`,
  signature: 'keyturn=:AAEC:',
  contentDigest: digest,
};

describe('the signature of a request', () => {
  it('covers method, path and body as RFC 9421 lays them out', () => {
    expect(readSignature(message)).toEqual({
      keyId: 'device-1',
      algorithm: 'ed25519',
      created: 1772442000,
      nonce: '0123456789abcdef',
      base: [
        '"@method": POST',
        '"@path": /api/v1/devices/device-1/approvals/approval-1',
        `"content-digest": ${digest}`,
        `"@signature-params": ${parameters}`,
      ].join('\n'),
      bytes: Buffer.from([0, 1, 2]),
    });
  });

  it('needs no digest where there is no body', () => {
    const bare = parameters.replace(' "content-digest"', '');
    const got = {
      ...message,
      method: 'GET',
      body: undefined,
      contentDigest: undefined,
      signatureInput: `keyturn=${bare}`,
    };
    expect(readSignature(got)?.base.split('\n')).toHaveLength(3);
  });

  it.each<[string, Partial<SignedMessage>]>([
    ['is missing', { signature: undefined }],
    ['has no parameters', { signatureInput: undefined }],
    ['does not cover the body', { signatureInput: `keyturn=${parameters.replace(' "content-digest"', '')}` }],
    ['covers another body', { body: Buffer.from('{"answer":"approve"}') }],
    ['covers a body that was taken away', { body: undefined }],
    ['names a weaker digest', { contentDigest: digest.replace('sha-256', 'md5') }],
    ['lacks the path', { signatureInput: `keyturn=${parameters.replace(' "@path"', '')}` }],
    ['has a nonce that is too short', { signatureInput: `keyturn=${parameters.replace('0123456789abcdef', 'short')}` }],
    ['has no time', { signatureInput: `keyturn=${parameters.replace(/created=\d+;/, '')}` }],
    ['has a second parameter of a name', { signatureInput: `keyturn=${parameters};created=1` }],
    ['is for a query it does not cover', { target: `${message.target}?as=admin` }],
    ['is no base64', { signature: 'keyturn=:???:' }],
  ])('is none when it %s', (_, change) => expect(readSignature({ ...message, ...change })).toBeUndefined());
});
