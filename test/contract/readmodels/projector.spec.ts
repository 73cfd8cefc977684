import pg from 'pg';
import { presets } from '#libs/domain/tenant/policy';
import { openReadModels } from '#libs/readmodels/rows';
import { startProjector } from '#libs/readmodels/projector';
import { dueDeeds } from '#libs/readmodels/open-deeds';
import { tenantByDomain } from '#libs/readmodels/tenants';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { MemoryLog } from './memory-log';

describe('projector', () => {
  let database: TestDatabase;
  let pool: pg.Pool;

  beforeEach(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.url });
  });
  afterEach(async () => {
    await pool.end();
    await database.drop();
  });

  it('answers from rows what the log says', async () => {
    const log = new MemoryLog();
    const at = '2026-01-01T00:00:00.000Z';
    log.append('tenant-t', 'TenantCreated', {
      tenantId: 't',
      organisation: 'Contoso',
      plan: 'p1',
      trial: false,
      policy: presets.hardened,
      policyVersion: 1,
      at,
    });
    log.append('tenant-t', 'DomainVerified', { tenantId: 't', domain: 'Contoso.example', at });
    const projector = await startProjector({
      pool,
      log,
      events: log.follow(),
      onTrouble: (e) => console.log(e),
      onParked: (p) => console.log(p),
    });
    await projector.ready();
    const db = openReadModels(pool);
    expect(await tenantByDomain(db, 'contoso.EXAMPLE')).toMatchObject({ tenant_id: 't', created_at: at });
    const position = log.append('account-a', 'NoticeRequested', {
      noticeId: 'n',
      template: 'password-was-reset',
      contact: { ref: 'r', sha256: 's' },
      accountId: 'a',
      tenantId: 't',
      at,
    });
    await projector.waitFor(position);
    expect(await dueDeeds(db, '2026-01-01T00:01:00.000Z', 10)).toMatchObject([
      { deed_id: 'notice-n', kind: 'delivery' },
    ]);
    await projector.close();
  });
});
