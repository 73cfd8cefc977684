import { peopledSlapd } from '../../contract/directory/peopled-slapd';
import { startSlapd } from '../../support/slapd';
import { Organisation, peopling } from './organisation';
import { asItStandsSuite } from './as-it-stands';
import { changingFirstSuite } from './changing-first';
import { lastSignInSuite } from './last-sign-in';
import { secretsSuite } from './secrets';
import { twentyAtOnceSuite } from './twenty-at-once';

describe('an organisation with OpenLDAP', () => {
  let organisation: Organisation;
  beforeAll(async () => {
    const slapd = await startSlapd();
    const managed = await peopledSlapd(slapd, peopling);
    organisation = await Organisation.start({
      managed,

      signal: slapd.signal,
      stop: slapd.stop,
    });
  });
  afterAll(() => organisation?.end());

  describe('resets', () => twentyAtOnceSuite(() => organisation));
  describe('sign-in with a password', () => changingFirstSuite(() => organisation));
  describe('its people', () => lastSignInSuite(() => organisation));
  describe('as it stands', () => asItStandsSuite(() => organisation));
  // Last: it looks for what all of them used, and stops the product.
  describe('its secrets', () => secretsSuite(() => organisation, 'postgres'));
});
