import { given } from '../testing.js';
import { plus, type Instant } from '../time.js';
import { pairing, pairingLifetimeMs, type PairingCommand, type PairingEvent } from './pairing.js';

const start: Instant = '2026-03-02T09:00:00.000Z';
const expiresAt = plus(start, pairingLifetimeMs);
const offer = { deviceId: 'device-1', accountId: 'account-1', tenantId: 'tenant-1', epoch: 3, expiresAt };

const offering: PairingCommand = { type: 'OfferPairing', data: { ...offer, now: start } };
const offered: PairingEvent = { type: 'PairingOffered', data: { ...offer, at: start } };
const using = (ms: number): PairingCommand => ({ type: 'UsePairing', data: { now: plus(start, ms) } });
const used: PairingEvent = {
  type: 'PairingUsed',
  data: { deviceId: 'device-1', accountId: 'account-1', at: plus(start, 1_000) },
};

describe('a pairing code', () => {
  it('is offered once', () => {
    given(pairing).when(offering).then(offered);
    given(pairing, offered).when(offering).thenRefuses('pairing-invalid');
  });

  it('pairs one device', () => {
    given(pairing, offered).when(using(1_000)).then(used);
    given(pairing, offered, used).when(using(2_000)).thenRefuses('pairing-invalid');
  });

  it('T15: is good for ten minutes, to the millisecond', () => {
    expect(
      given(pairing, offered)
        .when(using(pairingLifetimeMs - 1))
        .events(),
    ).toHaveLength(1);
    given(pairing, offered).when(using(pairingLifetimeMs)).thenRefuses('pairing-invalid');
  });

  it('pairs nothing when it was never offered', () => given(pairing).when(using(0)).thenRefuses('pairing-invalid'));
});
