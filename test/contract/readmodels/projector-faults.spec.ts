import { BatchWriter, CheckpointMoved } from '#libs/readmodels/batch-writer';
import { tenants } from '#libs/readmodels/tenants';
import { openDeeds } from '#libs/readmodels/open-deeds';
import { recoveryStatus } from '#libs/readmodels/recovery-status';
import { models } from '#libs/readmodels/models';
import type { EventSource } from '#libs/readmodels/projected-event';
import { projection, put, type Projection } from '#libs/readmodels/projection';
import { Harness } from './harness';
import { founding, recovery } from './histories';
import { MemoryLog } from './memory-log';

const on = Harness.forEachTest();

describe('projector: crashes', () => {
  it('moves rows and checkpoint together or not at all', async () => {
    founding(on.append, 3);
    const projector = await on.start();
    await projector.ready();
    const before = [await on.contents(), await on.checkpoint()];
    // The last of the tables fails, for a reason that is not the event's.
    await on.pool.query(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'out of disk' USING ERRCODE = '53100'; END $$`);
    await on.pool.query(
      `CREATE TRIGGER fail BEFORE INSERT OR DELETE ON readmodels.${openDeeds.table} EXECUTE FUNCTION fail()`,
    );
    recovery(on.append, 0, 3);
    await on.until(
      () => on.troubles.length >= 3,
      () => `only ${on.troubles.length} troubles`,
    );
    expect([await on.contents(), await on.checkpoint()]).toEqual(before);
    await on.pool.query(`DROP TRIGGER fail ON readmodels.${openDeeds.table}`);
    await projector.waitFor(on.log.end);
    expect(await on.checkpoint()).toBe(on.log.end);
    expect(await on.count(recoveryStatus.table)).toBe(1);
    expect(on.parked).toEqual([]);
  });

  it('resumes where it was, and folds on rows it did not make itself', async () => {
    on.someHistory();
    const uninterrupted = await on.start();
    await uninterrupted.ready();
    await uninterrupted.close();
    const expected = await on.contents();
    await on.pool.query('DROP SCHEMA readmodels CASCADE');
    const entire = on.log.entries.splice(0);
    for (const part of [40, 41, 95, entire.length]) {
      on.log.entries.push(...entire.slice(on.log.entries.length, part));
      const seen: bigint[] = [];
      const projector = await on.start({ onWritten: ({ position }) => seen.push(position) });
      await projector.ready();
      await projector.close();
    }
    expect(await on.contents()).toEqual(expected);
  });

  it('goes on when its connection is cut in the middle of a batch', async () => {
    on.someHistory();
    const projector = await on.start({ events: on.log.follow(3), maxBatch: 3 });
    for (const at of [600n, 2_000n, 5_000n]) {
      await projector.waitFor(at);
      await on.pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`);
    }
    await projector.waitFor(on.log.end);
    const survived = await on.contents();
    await projector.close();
    await on.pool.query('DROP SCHEMA readmodels CASCADE');
    await on.project();
    expect(survived).toEqual(await on.contents());
  });

  it('follows the log again after the log failed', async () => {
    founding(on.append, 1);
    let failures = 0;
    const events: EventSource = (from, signal) => {
      if (failures++ < 2) throw new Error('no store');
      return on.log.follow()(from, signal);
    };
    await on.project({ events });
    expect(on.troubles).toHaveLength(2);
  });
});

describe('projector: one at a time', () => {
  it('stands by, sees what the other does, and takes over when it is gone', async () => {
    founding(on.append, 1);
    const first = await on.start();
    await first.ready();
    const second = await on.start();
    await second.ready();
    recovery(on.append, 0, 1);
    await second.waitFor(on.log.end);
    expect(await on.checkpoint()).toBe(on.log.end);
    await first.close();
    recovery(on.append, 1, 1);
    await second.waitFor(on.log.end);
    expect(await on.count(recoveryStatus.table)).toBe(2);
  });

  it('writes nothing twice when the lock was lost without anybody noticing', async () => {
    founding(on.append, 1);
    const [first, second] = [await on.start(), await on.start()];
    await Promise.all([first.ready(), second.ready()]);
    // Of this database: other specs hold locks of their own in the same cluster.
    await on.pool.query(`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
    for (let n = 0; n < 20; n++) recovery(on.append, n, 1);
    await Promise.all([first.waitFor(on.log.end), second.waitFor(on.log.end)]);
    expect(await on.count('audit_2')).toBe(on.log.entries.length);
    const { rows } = await on.pool.query(`SELECT DISTINCT challenges FROM readmodels.${recoveryStatus.table}`);
    expect(rows).toEqual([{ challenges: 1 }]);
  });

  it('writes nothing at all when another one moved the checkpoint', async () => {
    await on.project();
    founding(on.append, 1);
    const targets = models.map((model) => ({ projection: model, table: model.table }));
    const clients = await Promise.all([on.pool.connect(), on.pool.connect()]);
    const [winner, zombie] = await Promise.all(clients.map((client) => BatchWriter.open(client, 'live', targets)));
    const [first, ...rest] = on.log.entries;
    await winner!.write([first!], first!.position);
    const before = await on.contents();
    await expect(zombie!.write(on.log.entries, on.log.end)).rejects.toThrow(CheckpointMoved);
    expect([await on.contents(), await on.checkpoint()]).toEqual([before, first!.position]);
    await winner!.write(rest, on.log.end);
    expect(await on.count('audit_2')).toBe(on.log.entries.length);
    for (const client of clients) client.release();
  });

  it('lets go at once when closed, and tells whoever waits', async () => {
    const projector = await on.start();
    await projector.ready();
    const waiting = projector.waitFor(1_000n);
    const refused = expect(waiting).rejects.toThrow('the projector was closed');
    await projector.close();
    await refused;
    await expect(projector.waitFor(1_000n)).rejects.toThrow('the projector was closed');
  });
});

describe('projector: start checks', () => {
  it('refuses another log', async () => {
    founding(on.append, 1);
    const projector = await on.start();
    await projector.ready();
    await projector.close();
    const other = new MemoryLog();
    other.entries.push(...on.log.entries);
    await expect(on.start({ log: other, events: other.follow() })).rejects.toThrow(
      `made from the event log ${on.log.logId}, but the event store holds the log ${other.logId}`,
    );
  });

  it('A8: refuses a log that ends before its checkpoint', async () => {
    founding(on.append, 2);
    const projector = await on.start();
    await projector.ready();
    await projector.close();
    const position = on.log.end;
    on.log.entries.pop();
    await expect(on.start()).rejects.toThrow(`up to position ${position}, but it ends at ${on.log.end}`);
  });

  it('tells everybody who waits when the log turns out wrong only once it takes over', async () => {
    founding(on.append, 1);
    const first = await on.start();
    await first.ready();
    const second = await on.start();
    await first.waitFor(on.log.end);
    on.log.entries.length = 0;
    const waiting = expect(second.waitFor(99_999n)).rejects.toThrow('but it ends at -1');
    await first.close();
    await waiting;
  });

  it('refuses tables of a newer release', async () => {
    await on.project();
    await on.pool.query('INSERT INTO readmodels.migrations (number) VALUES (99)');
    await expect(on.start()).rejects.toThrow('newer Keyturn');
  });

  it('creates its schema once when several start at the same time', async () => {
    founding(on.append, 1);
    const projectors = await Promise.all([on.start(), on.start(), on.start()]);
    await Promise.all(projectors.map((projector) => projector.ready()));
    expect(await on.count(tenants.table)).toBe(1);
  });
});

describe('projector: a new version of a model', () => {
  interface DomainRow {
    readonly domain: string;
    readonly tenant_id: string;
  }
  const domains = projection<DomainRow, 'tenant'>({
    question: 'domains',
    version: 2,
    key: 'domain',
    columns: { domain: 'text not null', tenant_id: 'text not null' },
    on: {
      TenantCreated: 'ignored',
      DomainVerified: ({ data }) => put({ domain: data.domain, tenant_id: data.tenantId }),
      PolicyChanged: 'ignored',
      PlanChanged: 'ignored',
      GroupCreated: 'ignored',
      GroupRenamed: 'ignored',
      GroupNested: 'ignored',
      GroupUnnested: 'ignored',
      GroupDeleted: 'ignored',
      AdministratorDismissed: 'ignored',
      AdministratorAppointed: 'ignored',
    },
  }) as unknown as Projection;

  it('is built from the whole log before it follows, and the others keep their place', async () => {
    on.someHistory(5);
    const old = await on.start();
    await old.ready();
    await old.close();
    recovery(on.append, 99, 5);
    const next = await on.start({ models: [...models, domains] });
    await next.ready();
    expect(await on.count('domains_2')).toBe(1);
    expect(await on.count('audit_2')).toBe(on.log.entries.length);
  });

  it('comes and goes with releases before anything has happened', async () => {
    for (const release of [[...models, domains], models, [...models, domains]]) await on.project({ models: release });
    expect(on.troubles).toEqual([]);
    founding(on.append, 1);
    await on.project({ models: [...models, domains] });
    expect(await on.count('domains_2')).toBe(1);
  });

  it('is built again when an older release moved the others on without it', async () => {
    on.someHistory(5);
    for (const release of [[...models, domains], models, [...models, domains]]) {
      const at = '2026-05-01T00:00:00.000Z';
      const projector = await on.start({ models: release });
      await projector.ready();
      on.log.append('tenant-contoso', 'DomainVerified', {
        tenantId: 'contoso',
        domain: `d${on.log.entries.length}`,
        at,
      });
      await projector.waitFor(on.log.end);
      await projector.close();
    }
    expect(await on.count('domains_2')).toBe(4);
  });
});
