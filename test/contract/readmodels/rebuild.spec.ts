import { audit } from '#libs/readmodels/audit';
import { models } from '#libs/readmodels/models';
import type { EventSource } from '#libs/readmodels/projected-event';
import type { Projection } from '#libs/readmodels/projection';
import { rebuild, type RebuildOptions, type RebuildProgress } from '#libs/readmodels/rebuild';
import { recoveryById, recoveryStatus } from '#libs/readmodels/recovery-status';
import { tenantByDomain, tenants } from '#libs/readmodels/tenants';
import { userById, users } from '#libs/readmodels/users';
import { Harness } from './harness';
import { founding, recovery } from './histories';

const on = Harness.forEachTest();
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));

const rebuildModel = (model: unknown, options: Partial<RebuildOptions> = {}) =>
  rebuild({ pool: on.pool, log: on.log, events: on.log.follow(), model: model as Projection, ...options });

const tables = async (): Promise<string[]> => {
  const { rows } = await on.pool.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'readmodels' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
};

describe(`rebuild (SEED=${seed})`, () => {
  it('makes every row of a random history again, byte for byte', async () => {
    on.someHistory(80, seed);
    await on.project();
    const [before, names] = [await on.contents(), await tables()];
    for (const model of models) {
      const result = await rebuildModel(model);
      expect(result).toEqual({
        model: model.table,
        outcome: 'switched',
        events: on.log.entries.length,
        parked: 0,
        differences: 0,
        examples: [],
      });
    }
    expect(await on.contents()).toEqual(before);
    expect(await tables()).toEqual(names);
  });

  it('goes on where a killed run stopped', async () => {
    on.someHistory(40, seed);
    await on.project();
    const before = await on.contents();
    const killed = new AbortController();
    const dying = rebuildModel(recoveryStatus, {
      events: on.log.follow(20),
      signal: killed.signal,
      onProgress: ({ events }) => events >= 100 && killed.abort(),
    });
    await expect(dying).rejects.toThrow('aborted');
    expect(await on.contents()).toEqual(before);
    const { events, outcome } = await rebuildModel(recoveryStatus);
    expect(outcome).toBe('switched');
    expect(events).toBe(on.log.entries.length - 100);
    expect(await on.contents()).toEqual(before);
  });

  it('begins anew when what was left comes from another log', async () => {
    on.someHistory(5, seed);
    await on.project();
    const killed = new AbortController();
    const dying = rebuildModel(users, {
      events: on.log.follow(20),
      signal: killed.signal,
      onProgress: () => killed.abort(),
    });
    await expect(dying).rejects.toThrow('aborted');
    await on.pool.query(`UPDATE readmodels.checkpoints SET log_id = 'other' WHERE name LIKE 'rebuild %'`);
    expect(await rebuildModel(users)).toMatchObject({ outcome: 'switched', events: on.log.entries.length });
  });

  it('works while the projector runs, which then goes on in the new table', async () => {
    on.someHistory(40, seed);
    const projector = await on.start();
    await projector.ready();
    let next = 1_000;
    const grow = () => recovery(on.append, next++, 5);
    const result = await rebuildModel(recoveryStatus, { events: on.log.follow(50), onProgress: grow });
    expect(result).toMatchObject({ outcome: 'switched', differences: 0 });
    grow();
    await projector.waitFor(on.log.end);
    await projector.close();
    const followed = await on.contents();
    expect(on.troubles).toEqual([]);
    await on.pool.query('DROP SCHEMA readmodels CASCADE');
    await on.project();
    expect(followed).toEqual(await on.contents());
  });

  it('lets the old table answer until the switch', async () => {
    founding(on.append, 1);
    await on.project();
    const answers: unknown[] = [];
    const onProgress = () => void answers.push(tenantByDomain(on.db, 'contoso.example'));
    await rebuildModel(tenants, { onProgress });
    expect(answers).toHaveLength(2);
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ tenant_id: 'contoso' });
  });

  it('leaves no question without its answer while tables are exchanged', async () => {
    founding(on.append, 1);
    await on.project();
    let done = false;
    const asking = async (): Promise<number> => {
      let answered = 0;
      for (; !done; answered++) {
        expect(await tenantByDomain(on.db, 'contoso.example')).toMatchObject({ tenant_id: 'contoso' });
      }
      return answered;
    };
    const askers = Promise.all([asking(), asking(), asking()]);
    for (let n = 0; n < 20; n++) await rebuildModel(tenants);
    done = true;
    for (const answered of await askers) expect(answered).toBeGreaterThan(20);
  });

  it('tells how far it is', async () => {
    on.someHistory(40, seed);
    await on.project();
    const seen: RebuildProgress[] = [];
    await rebuildModel(audit, { events: on.log.follow(100), onProgress: (progress) => seen.push(progress) });
    const catchingUp = seen.filter(({ phase }) => phase === 'catching-up');
    expect(catchingUp.map(({ events }) => events)).toEqual(
      catchingUp.map((_, n) => Math.min((n + 1) * 100, on.log.entries.length)),
    );
    expect(seen.at(-1)).toMatchObject({ model: 'audit_2', phase: 'comparing', done: 1, secondsLeft: 0 });
    expect(catchingUp[0]!.done).toBeGreaterThan(0);
    expect(catchingUp[0]!.done).toBeLessThan(1);
  });

  it('is done by one at a time', async () => {
    founding(on.append, 1);
    await on.project();
    let second: Promise<unknown> = Promise.reject(new Error('the first never read the log'));
    second.catch(() => undefined);
    const events: EventSource = async function* (from, signal) {
      second = rebuildModel(users).catch((error: unknown) => error);
      await second;
      yield* on.log.follow()(from, signal);
    };
    expect(await rebuildModel(users, { events })).toMatchObject({ outcome: 'switched' });
    expect(await second).toMatchObject({ message: `${users.table} is being rebuilt already` });
  });

  it('can be done again at once', async () => {
    founding(on.append, 1);
    await on.project();
    for (let n = 0; n < 3; n++)
      expect(await rebuildModel(users)).toMatchObject({ outcome: 'switched', differences: 0 });
  });

  it('needs something to rebuild', async () => {
    const projector = await on.start();
    await projector.close();
    await on.pool.query('DELETE FROM readmodels.checkpoints');
    await expect(rebuildModel(users)).rejects.toThrow('start Keyturn once before');
  });
});

describe('rebuild: differences', () => {
  beforeEach(async () => {
    on.someHistory(10, seed);
    recovery(on.append, 500, 5);
    await on.project();
  });

  const tamper = () =>
    on.pool.query(`UPDATE readmodels.${recoveryStatus.table} SET challenges = 77 WHERE recovery_id = 'r500';
      INSERT INTO readmodels.${recoveryStatus.table} SELECT (r).* FROM (SELECT jsonb_populate_record(t, '{"recovery_id": "made-up"}') AS r
        FROM readmodels.${recoveryStatus.table} t LIMIT 1)`);

  it('refuses the switch and shows the rows, the old table untouched', async () => {
    await tamper();
    const before = await on.contents();
    const result = await rebuildModel(recoveryStatus);
    expect(result).toMatchObject({ outcome: 'refused', differences: 2 });
    expect(result.examples).toMatchObject([
      { key: 'made-up', old: { recovery_id: 'made-up' }, new: null },
      { key: 'r500', old: { challenges: 77 }, new: { challenges: 1 } },
    ]);
    expect(await on.contents()).toEqual(before);
  });

  it('switches all the same when told to, also below a projector that remembers the old rows', async () => {
    recovery(on.append, 900, 5);
    await on.project();
    await on.pool.query(`UPDATE readmodels.${recoveryStatus.table} SET challenges = 77 WHERE recovery_id = 'r900'`);
    const report = (worked: boolean) =>
      on.log.append('recovery-r900', 'WorkedReported', { recoveryId: 'r900', worked, at: '2026-03-01T09:00:00.000Z' });
    const projector = await on.start();
    await projector.waitFor(report(true));
    expect(await recoveryById(on.db, 'r900')).toMatchObject({ challenges: 77, worked: true });
    expect(await rebuildModel(recoveryStatus, { acceptDifferences: true })).toMatchObject({
      outcome: 'switched',
      differences: 1,
    });
    await projector.waitFor(report(false));
    expect(await recoveryById(on.db, 'r900')).toMatchObject({ challenges: 1, worked: false });
  });

  /** A rebuild that stands in its comparison until it is let go. */
  const comparing = async (): Promise<{ letGo: () => Promise<unknown> }> => {
    await tamper();
    // Refused, it leaves a table that has caught up, which can be held against the comparison.
    await rebuildModel(recoveryStatus);
    const holding = await on.pool.connect();
    await holding.query('BEGIN');
    await holding.query(`LOCK TABLE readmodels.${recoveryStatus.table}_next IN ACCESS EXCLUSIVE MODE`);
    let begun = false;
    const onProgress = ({ phase }: RebuildProgress) => void (begun ||= phase === 'comparing');
    const rebuilding = rebuildModel(recoveryStatus, { acceptDifferences: true, onProgress });
    await on.until(
      () => begun,
      () => 'the comparison did not begin',
    );
    const letGo = async () => {
      await holding.query('COMMIT');
      holding.release();
      return rebuilding;
    };
    return { letGo };
  };
  const at = '2026-03-02T00:00:00.000Z';

  it('keeps what the projector parked while the tables were compared', async () => {
    const projector = await on.start();
    const { letGo } = await comparing();
    await projector.waitFor(on.log.appendRaw('recovery-r500', 'Unheard', { recoveryId: 'r500', at }));
    expect(await letGo()).toMatchObject({ outcome: 'switched' });
    await projector.waitFor(on.log.append('recovery-r500', 'WorkedReported', { recoveryId: 'r500', worked: true, at }));
    expect(await recoveryById(on.db, 'r500')).toMatchObject({ worked: null });
    const { rows } = await on.pool.query('SELECT model FROM readmodels.parked WHERE model = $1', [
      recoveryStatus.table,
    ]);
    expect(rows).toHaveLength(1);
  });

  it('loses nothing that happens while the tables are compared', async () => {
    const projector = await on.start();
    const { letGo } = await comparing();
    const happened = on.log.append('recovery-r500', 'WorkedReported', { recoveryId: 'r500', worked: true, at });
    const followed = projector.waitFor(happened);
    const held = async () => {
      const { rowCount } = await on.pool.query('SELECT FROM pg_locks WHERE NOT granted AND relation = $1::regclass', [
        `readmodels.${recoveryStatus.table}`,
      ]);
      return rowCount === 1;
    };
    while (projector.position() < happened && !(await held()));
    expect(await letGo()).toMatchObject({ outcome: 'switched' });
    await followed;
    expect(await recoveryById(on.db, 'r500')).toMatchObject({ worked: true, challenges: 1 });
  });

  it('only compares when asked to, and leaves nothing behind', async () => {
    await tamper();
    const [before, names] = [await on.contents(), await tables()];
    expect(await rebuildModel(recoveryStatus, { compareOnly: true })).toMatchObject({
      outcome: 'compared',
      differences: 2,
    });
    expect(await rebuildModel(users, { compareOnly: true })).toMatchObject({ outcome: 'compared', differences: 0 });
    expect(await on.contents()).toEqual(before);
    expect(await tables()).toEqual(names);
  });

  it('expects them where the old table lacked parked streams, and heals it', async () => {
    const at = '2026-03-02T00:00:00.000Z';
    const strange = on.log.entries.length;
    on.log.appendRaw('account-a1', 'Unheard', { accountId: 'a1', at });
    on.log.append('account-a1', 'AccountDisabled', { accountId: 'a1', epoch: 9, at });
    const projector = await on.start();
    await projector.ready();
    expect(on.parked).not.toEqual([]);
    expect(await userById(on.db, 'a1')).toMatchObject({ disabled: false });
    // The next release knows the type.
    on.log.entries[strange] = { ...on.log.entries[strange]!, type: 'AccountEnabled' };
    expect(await rebuildModel(users)).toMatchObject({ outcome: 'switched', parked: 0, differences: 1 });
    expect(await userById(on.db, 'a1')).toMatchObject({ disabled: true });
    on.log.append('account-a1', 'AccountEnabled', { accountId: 'a1', epoch: 10, at });
    await projector.waitFor(on.log.end);
    expect(await userById(on.db, 'a1')).toMatchObject({ disabled: false });
  });
});
