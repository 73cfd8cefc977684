import { jest } from '@jest/globals';
import { startSlapd, type Slapd } from '../../support/slapd';
import { directorySuite } from './directory-suite';
import type { Managed } from './known-people';
import { peopledSlapd } from './peopled-slapd';
import { sealedSuite } from './sealed-suite';
import { slapdSuite } from './slapd-suite';
import { unitsSuite } from './units-suite';
import { wireSuite } from './wire-suite';

jest.setTimeout(120_000);

describe('OpenLDAP', () => {
  let server: Slapd;
  let peopled: Managed;
  beforeAll(async () => {
    server = await startSlapd();
    peopled = await peopledSlapd(server);
  });
  afterAll(() => server?.stop());

  directorySuite(() => peopled);
  describe('of its own kind', () => slapdSuite(() => ({ slapd: server, peopled })));
  describe('with an agent before it', () => sealedSuite(() => peopled));
  describe('over a bad wire', () => wireSuite(() => peopled));
  describe('of several units', () => unitsSuite(() => peopled));
});
