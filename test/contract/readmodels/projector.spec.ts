import { randomBytes } from 'node:crypto';
import { projection, put, updateIfThere, type Projection } from '#libs/readmodels/projection';
import { tenants } from '#libs/readmodels/tenants';
import { recoveryStatus } from '#libs/readmodels/recovery-status';
import { audit, auditRows } from '#libs/readmodels/audit';
import { models } from '#libs/readmodels/models';
import { dueDeeds } from '#libs/readmodels/open-deeds';
import { recoveriesBySupportCode, recoveryById } from '#libs/readmodels/recovery-status';
import { tenantByDomain } from '#libs/readmodels/tenants';
import { userById, users } from '#libs/readmodels/users';
import { Harness } from './harness';
import { founding, recovery } from './histories';

const on = Harness.forEachTest();

describe('projector: answers', () => {
  it('gives what every question asks for', async () => {
    founding(on.append, 2);
    recovery(on.append, 0, 2);
    const projector = await on.start();
    await projector.ready();
    expect(await tenantByDomain(on.db, 'CONTOSO.example')).toMatchObject({
      tenant_id: 'contoso',
      organisation: 'Contoso',
    });
    expect(await tenantByDomain(on.db, 'nobody.example')).toBeUndefined();
    expect(await recoveryById(on.db, 'r0')).toMatchObject({
      status: 'succeeded',
      started_at: '2026-03-01T08:00:00.000Z',
    });
    expect(await recoveriesBySupportCode(on.db, 'S0')).toHaveLength(1);
    expect(await userById(on.db, 'a0')).toMatchObject({
      roles: ['helpdesk'],
      methods: [{ methodId: 'm0', method: 'email' }],
      credential_set_at: '2026-03-01T08:00:50.000Z',
    });
    expect(await auditRows(on.db, { correlationId: 'r0', limit: 3 })).toMatchObject([
      { type: 'RecoveryStarted', account_id: 'a0' },
      { type: 'ChallengeIssued' },
      { type: 'DeliveryAttempted' },
    ]);
    const second = (await auditRows(on.db, { accountId: 'a0', limit: 2 }))[1]!;
    const [third] = await auditRows(on.db, { accountId: 'a0', limit: 1, after: BigInt(second.position) });
    expect(third).toMatchObject({ type: 'PasswordSet' });
    expect(await auditRows(on.db, { type: 'TenantCreated', limit: 9 })).toHaveLength(1);
  });

  it('lists deeds that are due and still wanted, the longest due first', async () => {
    const projector = await on.start();
    const contact = { ref: 'r', sha256: 's' };
    const request = (noticeId: string, at: string) =>
      on.log.append('account-a', 'NoticeRequested', {
        noticeId,
        template: 'password-was-reset',
        contact,
        accountId: 'a',
        tenantId: 't',
        at,
      });
    request('second', '2026-01-01T00:00:01.000Z');
    await projector.waitFor(request('first', '2026-01-01T00:00:00.000Z'));
    const ids = async (now: string, limit = 10) => (await dueDeeds(on.db, now, limit)).map(({ deed_id }) => deed_id);
    expect(await ids('2026-01-01T00:00:59.999Z')).toEqual([]);
    expect(await ids('2026-01-01T00:01:00.000Z')).toEqual(['notice-first']);
    expect(await ids('2026-01-01T00:02:00.000Z')).toEqual(['notice-first', 'notice-second']);
    expect(await ids('2026-01-01T00:02:00.000Z', 1)).toEqual(['notice-first']);
    expect(await ids('2026-01-04T00:00:00.500Z')).toEqual(['notice-second']);
  });

  it('holds an event as soon as somebody waits for it, however long it would have waited for company', async () => {
    founding(on.append, 1);
    const projector = await on.start({ coalesceMs: 60_000 });
    await projector.waitFor(on.log.end);
    recovery(on.append, 0, 1);
    await projector.waitFor(on.log.end);
    expect(await on.count(recoveryStatus.table)).toBe(1);
    expect(projector.position()).toBe(on.log.end);
    await projector.waitFor(0n);
  });

  it('takes what waits together', async () => {
    const batches: number[] = [];
    const projector = await on.start({ events: on.log.follow(1), onWritten: ({ events }) => batches.push(events) });
    await projector.ready();
    founding(on.append, 20);
    await projector.waitFor(on.log.end);
    expect(batches.reduce((sum, n) => sum + n)).toBe(62);
    expect(batches.length).toBeLessThan(20);
  });

  it('makes the same rows whatever the batches', async () => {
    on.someHistory(15);
    const seen: unknown[] = [];
    for (const size of [1, 7, 5_000]) {
      await on.pool.query('DROP SCHEMA IF EXISTS readmodels CASCADE');
      const projector = await on.start({ events: on.log.follow(size), maxBatch: size });
      await projector.ready();
      await projector.close();
      seen.push(await on.contents());
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
  });
});

describe('projector: what it cannot take', () => {
  it('parks the stream of an event nobody knows, in every model, and goes on with the others', async () => {
    founding(on.append, 2);
    const unknown = on.log.appendRaw('account-a0', 'AccountAscended', { accountId: 'a0' });
    recovery(on.append, 0, 2);
    recovery(on.append, 1, 2);
    await on.project();
    expect(on.parked).toHaveLength(models.length);
    expect(on.parked[0]).toMatchObject({
      stream: 'account-a0',
      type: 'AccountAscended',
      position: unknown,
      reason: 'this release does not know the type',
    });
    expect(await userById(on.db, 'a0')).toMatchObject({ credential_set_at: '2026-03-01T08:00:00.000Z' });
    expect(await userById(on.db, 'a1')).toMatchObject({ credential_set_at: '2026-03-01T08:00:51.000Z' });
    expect(await recoveryById(on.db, 'r0')).toMatchObject({ status: 'succeeded' });
  });

  it('raises the alarm again at each start', async () => {
    on.log.appendRaw('account-a', 'Unheard', {});
    const projector = await on.start({ models: [audit as unknown as Projection] });
    await projector.ready();
    await projector.close();
    on.parked = [];
    await on.project({ models: [audit as unknown as Projection] });
    expect(on.parked).toMatchObject([{ model: 'audit_2', stream: 'account-a', type: 'Unheard' }]);
  });

  it('parks a stream whose history makes no sense, only in the model that says so', async () => {
    founding(on.append, 1);
    on.log.append('recovery-x', 'ChallengeFailed', {
      recoveryId: 'x',
      challengeId: 'c',
      reservationId: 'p',
      method: 'email',
      family: 'email',
      failures: 1,
      at: '2026-01-01T00:00:00.000Z',
    });
    recovery(on.append, 0, 1);
    await on.project();
    expect(on.parked).toMatchObject([{ model: recoveryStatus.table, stream: 'recovery-x', type: 'ChallengeFailed' }]);
    expect(await on.count('audit_2')).toBe(on.log.entries.length);
  });

  it('parks a stream with a value too long for an index, and goes on', async () => {
    founding(on.append, 1);
    const at = '2026-01-01T00:00:00.000Z';
    // Nothing that PostgreSQL could make shorter.
    const tenantId = randomBytes(3_000).toString('base64url');
    on.log.append('tenant-long', 'DomainVerified', { tenantId: 'contoso', domain: 'also.example', at });
    on.log.append('account-long', 'AccountCreated', {
      accountId: 'long',
      tenantId,
      origin: 'cloud',
      username: { ref: 'r', sha256: 's' },
      language: 'en',
      roles: [],
      groups: [],
      licensed: true,
      at,
    });
    recovery(on.append, 0, 1);
    await on.project();
    expect(on.parked.map(({ model, stream }) => [model, stream])).toContainEqual([users.table, 'account-long']);
    expect(on.parked.every(({ stream, reason }) => stream === 'account-long' && reason.endsWith('(54000)'))).toBe(true);
    expect(await recoveryById(on.db, 'r0')).toMatchObject({ status: 'succeeded' });
  });

  it('parks a stream, and changes rows that it made before as others go on to, whatever the batches', async () => {
    const at = '2026-01-01T00:00:00.000Z';
    interface CountRow {
      readonly name: string;
      readonly domains: number;
    }
    const counts = projection<CountRow>({
      question: 'counts',
      version: 1,
      key: 'name',
      columns: { name: 'text not null', domains: 'integer not null' },
      every: ({ type }) =>
        type === 'TenantCreated'
          ? put({ name: 'all', domains: 0 })
          : type === 'DomainVerified'
            ? updateIfThere('all', (row: CountRow) => ({ ...row, domains: row.domains + 1 }))
            : [],
    }) as unknown as Projection;
    const created = (tenantId: string) =>
      on.log.append(`tenant-${tenantId}`, 'TenantCreated', {
        ...{ tenantId, organisation: tenantId, plan: 'p1', trial: false },
        ...{ policy: {} as never, policyVersion: 1, at },
      });
    const verified = () =>
      on.log.append('tenant-good', 'DomainVerified', {
        tenantId: 'good',
        domain: `${on.log.entries.length}.example`,
        at,
      });
    created('bad');
    verified();
    await on.project({ models: [counts] });
    on.log.appendRaw('tenant-bad', 'Unheard', { at });
    created('bad');
    verified();
    await on.project({ models: [counts] });
    expect(on.parked).toMatchObject([{ stream: 'tenant-bad' }]);
    const { rows } = await on.pool.query(`SELECT domains FROM readmodels.${counts.table}`);
    expect(rows).toEqual([{ domains: 2 }]);
  });

  it('parks a stream whose values PostgreSQL refuses, and loses nothing of the batch around it', async () => {
    founding(on.append, 1);
    const at = '2026-01-01T00:00:00.000Z';
    on.log.append('tenant-bad', 'TenantCreated', {
      tenantId: 'bad',
      organisation: 'a\u0000b',
      plan: 'p1',
      trial: false,
      policy: {} as never,
      policyVersion: 1,
      at,
    });
    const refused = on.log.append('tenant-bad', 'DomainVerified', { tenantId: 'bad', domain: 'bad.example', at });
    recovery(on.append, 0, 1);
    await on.project();
    expect(on.parked).toMatchObject([
      {
        model: tenants.table,
        stream: 'tenant-bad',
        type: 'TenantCreated',
        reason: 'PostgreSQL refused a value (22P05)',
      },
    ]);
    expect(refused).toBeGreaterThan(on.parked[0]!.position);
    expect(await tenantByDomain(on.db, 'contoso.example')).toBeDefined();
    expect(await tenantByDomain(on.db, 'bad.example')).toBeUndefined();
    expect(await recoveryById(on.db, 'r0')).toMatchObject({ status: 'succeeded' });
    expect(await on.count('audit_2')).toBe(on.log.entries.length);
  });
});
