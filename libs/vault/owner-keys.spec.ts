import { MasterKey } from './master-key.js';
import { OwnerKeys, type OfferedKey, type StoredOwnerKey } from './owner-keys.js';

const stored = ({ owner, keyId, fresh }: OfferedKey): StoredOwnerKey => ({
  owner,
  key_id: keyId,
  master_key_id: fresh!.masterKeyId,
  wrapped: fresh!.wrapped,
});
const secretOf = (key: OfferedKey['key'] | undefined) => key?.export().toString('hex');

describe("owners' keys", () => {
  const master = MasterKey.random();
  const offered = new OwnerKeys(master).offer('anna');
  const tampered = expect.objectContaining({ name: 'VaultTampered' });

  it('are offered fresh until one is known, and then that one', () => {
    const keys = new OwnerKeys(master);
    expect(secretOf(keys.offer('anna').key)).not.toBe(secretOf(keys.offer('anna').key));
    keys.remember(offered);
    expect(keys.offer('anna')).toMatchObject({ keyId: offered.keyId });
    expect(keys.offer('anna').fresh).toBeUndefined();
    keys.forget('anna');
    expect(keys.offer('anna').fresh).toBeDefined();
  });

  it('open for their owner and under their id only', () => {
    expect(secretOf(new OwnerKeys(master).open(stored(offered))?.key)).toBe(secretOf(offered.key));
    expect(() => new OwnerKeys(master).open({ ...stored(offered), owner: 'ben' })).toThrow(tampered);
    const key_id = '00000000-0000-4000-8000-000000000000';
    expect(() => new OwnerKeys(master).open({ ...stored(offered), key_id })).toThrow(tampered);
  });

  it('follow the database when it holds another key than the one at hand', () => {
    const keys = new OwnerKeys(master);
    keys.remember(offered);
    const restored = new OwnerKeys(master).offer('anna');
    expect(secretOf(keys.open(stored(restored))?.key)).toBe(secretOf(restored.key));
  });

  it('are forgotten when the database says the owner is erased', () => {
    const keys = new OwnerKeys(master);
    keys.remember(offered);
    expect(keys.open({ owner: 'anna', key_id: null, master_key_id: null, wrapped: null })).toBeUndefined();
    expect(keys.offer('anna').keyId).not.toBe(offered.keyId);
  });
});
