import { createSecretKey } from 'node:crypto';
import { draft, openRow, referTo, sealDraft, type SealedRow } from './sealed-value.js';

const key = { keyId: 'key', key: createSecretKey(Buffer.alloc(32, 1)) };

describe('a sealed value', () => {
  const expiresAt = new Date('2026-11-22T10:00:00.123Z');
  const drafted = draft({ owner: 'anna', place: 'account/contact', value: 'anna@home.example', expiresAt });
  const ciphertext = sealDraft(drafted, key);
  const row: SealedRow = { ref: drafted.ref, owner: 'anna', ciphertext, expires_at: expiresAt };
  const ref = referTo(drafted.ref, ciphertext);
  const tampered = expect.objectContaining({ name: 'VaultTampered', subject: drafted.ref });

  it('opens in its row, at its place, for its reference', () => {
    expect(openRow(row, ref, 'account/contact', key).toString()).toBe('anna@home.example');
  });

  it.each<[string, Partial<SealedRow>]>([
    ['row', { ref: '00000000-0000-4000-8000-000000000000' }],
    ['owner', { owner: 'ben' }],
    ['expiry', { expires_at: new Date(expiresAt.getTime() + 1) }],
    ['expiry taken away', { expires_at: null }],
  ])('does not open under the same key with another %s', (_, change) => {
    expect(() => openRow({ ...row, ...change }, ref, 'account/contact', key)).toThrow(tampered);
  });

  it('does not open at another place, nor under another key', () => {
    expect(() => openRow(row, ref, 'account/contac', key)).toThrow(tampered);
    const other = { keyId: 'key', key: createSecretKey(Buffer.alloc(32, 2)) };
    expect(() => openRow(row, ref, 'account/contact', other)).toThrow(tampered);
  });

  it('does not stand in for what the event names, even when sealed with the right key', () => {
    const again = sealDraft({ ...drafted, plaintext: Buffer.from('mallory@home.example') }, key);
    expect(() => openRow({ ...row, ciphertext: again }, ref, 'account/contact', key)).toThrow(
      /not those the event names/,
    );
    expect(() => openRow(row, { ...ref, sha256: '' }, 'account/contact', key)).toThrow(tampered);
  });

  it('is another each time it is sealed', () => {
    expect(sealDraft(drafted, key)).not.toEqual(ciphertext);
  });

  it('needs an owner, a place and a time that exists', () => {
    const whole = { owner: 'anna', place: 'account/contact', value: '' };
    expect(() => draft({ ...whole, owner: '' })).toThrow(RangeError);
    expect(() => draft({ ...whole, place: '' })).toThrow(RangeError);
    expect(() => draft({ ...whole, expiresAt: new Date('soon') })).toThrow(RangeError);
  });
});
