import { jest } from '@jest/globals';
import { startSamba, type Samba } from '../../support/samba';
import { directorySuite } from './directory-suite';
import type { Managed } from './known-people';
import { peopledSamba } from './peopled-samba';
import { sambaSuite } from './samba-suite';
import { sealedSuite } from './sealed-suite';
import { unitsSuite } from './units-suite';
import { wireSuite } from './wire-suite';

jest.setTimeout(120_000);

describe('Active Directory (Samba)', () => {
  let server: Samba;
  let peopled: Managed;
  beforeAll(async () => {
    server = await startSamba();
    peopled = await peopledSamba(server);
  });
  afterAll(() => server?.stop());

  directorySuite(() => peopled);
  describe('of its own kind', () => sambaSuite(() => ({ samba: server, peopled })));
  describe('with an agent before it', () => sealedSuite(() => peopled));
  describe('over a bad wire', () => wireSuite(() => peopled));
  describe('of several units', () => unitsSuite(() => peopled));
});
