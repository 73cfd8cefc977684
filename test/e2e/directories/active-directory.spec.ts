import { peopledSamba } from '../../contract/directory/peopled-samba';
import { redisInstalled, startRedis } from '../../support/redis-server';
import { startSamba } from '../../support/samba';
import { Organisation, peopling } from './organisation';
import { asItStandsSuite } from './as-it-stands';
import { changingFirstSuite } from './changing-first';
import { lastSignInSuite } from './last-sign-in';
import { secretsSuite } from './secrets';
import { twentyAtOnceSuite } from './twenty-at-once';

describe('an organisation with Active Directory (Samba)', () => {
  let organisation: Organisation;
  beforeAll(async () => {
    const samba = await startSamba();
    const managed = await peopledSamba(samba, peopling);
    const redis = redisInstalled ? await startRedis({ rdbcompression: 'no' }) : undefined;
    organisation = await Organisation.start({ managed, signal: samba.signal, stop: samba.stop }, redis);
  });
  afterAll(() => organisation?.end());

  describe('resets', () => twentyAtOnceSuite(() => organisation));
  describe('sign-in with a password', () => changingFirstSuite(() => organisation));
  describe('its people', () => lastSignInSuite(() => organisation));
  describe('as it stands', () => asItStandsSuite(() => organisation));
  // Last: it looks for what all of them used, and stops the product.
  describe('its secrets', () => secretsSuite(() => organisation, redisInstalled ? 'redis' : 'postgres'));
});
