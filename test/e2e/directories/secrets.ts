import { createPrivateKey } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { platformKey } from '#libs/commands/agents/platform-key';
import { systemClock } from '#libs/runtime/clock';
import { decodeKey, MasterKey } from '#libs/vault/master-key';
import { Vault } from '#libs/vault/vault';
import { firstPassword } from '../../contract/directory/known-people';
import { codeIn, eventually } from '../../support/journey';
import { formsOf, Needles } from '../../support/needles';
import { inDatabaseOf, rowsOf } from '../../support/stored-rows';
import { storedEvents } from '../../support/stored-events';
import { address, begun, owner, peopling, tooShort, user, type Organisation } from './organisation';

/** What the simulated world keeps for people is theirs; and where the keys lie they lie. */
const theirs = /mailbox|mail\.jsonl|outside-devices|master-key|operator\.json|^\/postgres\//;
/** Put where it may be found, so that not finding is known to mean something. */
const planted = { 'a planted one': 'Planted-Canary-4711!', 'one that is gone': 'Removed-Canary-4711!' };

/** A7, P8: after all that went through agent, queue and log, whoever owns one of them reads no secret of a person there. */
export function secretsSuite(given: () => Organisation, queue: 'redis' | 'postgres'): void {
  /** The agent's folder while a write is under way, before its receipt is told, and at the end. */
  const folders: Buffer[] = [];
  let events: Buffer;
  const personal: Record<string, string | Buffer> = { ...planted };
  const keys: Record<string, Buffer> = {};

  beforeAll(async () => {
    const organisation = given();
    await unlocked(organisation);
    await reset(organisation, folders);
    await changed(organisation);
    const mails = await organisation.person.mails(address);
    for (const [n, code] of mails.flatMap((mail) => codeIn(mail) ?? []).entries()) personal[`mailed code ${n}`] = code;
    const { bindPassword } = organisation.directory.managed.options;
    Object.assign(personal, organisation.secrets, { firstPassword, bindPassword, address, user });
    for (const person of ['bob', 'emil'] as const) personal[`name of ${person}`] = peopling.username!(person);
    personal['where the person is'] = organisation.directory.managed.dns[owner];
    Object.assign(keys, await agentKeys(organisation.agent.dataDir));
    events = Buffer.from(JSON.stringify(await storedEvents(organisation.product)));
  }, 120_000);

  const found = (...bytes: readonly Buffer[]): string[] => new Needles(personal).in(Buffer.concat(bytes));
  const plantedAs = (what: string, form: keyof ReturnType<typeof formsOf>) => [`${what}, ${form}`];

  it('A7, P8: not on the agent’s disk, whatever is under way, nor in what it prints', async () => {
    const { agent } = given();
    expect(folders.map((bytes) => bytes.length > 1_000)).toEqual([true, true]);
    expect(folders[1]!.toString()).toContain('"result":"succeeded"');
    expect(found(...folders)).toEqual([]);
    await writeFile(
      join(agent.dataDir, 'planted'),
      `=${formsOf(planted['a planted one'])['base64 of UTF-16 after 1']}`,
    );
    expect(found(await contentOf(agent.dataDir))).toEqual(plantedAs('a planted one', 'base64 of UTF-16 after 1'));
    expect(agent.lines().length).toBeGreaterThan(3);
    expect(found(Buffer.from(agent.printed()))).toEqual([]);
    // Its private keys are in their own file alone.
    const others = await contentOf(agent.dataDir, ({ name }) => name !== 'identity.json');
    expect(new Needles(keys).in(Buffer.concat([others, Buffer.from(agent.printed())]))).toEqual([]);
    expect(new Needles(keys).in(await contentOf(agent.dataDir)).length).toBeGreaterThanOrEqual(
      Object.keys(keys).length,
    );
  });

  if (queue === 'redis') {
    it('A7, P8: not in a queue on Redis, in nothing that is there or ever was', async () => {
      const [redis, heard] = [given().redis!, given().heard!];
      await redis.client.set('planted', Buffer.from(planted['a planted one'], 'utf16le'));
      await redis.client.set('removed', encodeURIComponent(planted['one that is gone']));
      await redis.client.del('removed');
      const there: Buffer[] = [];
      for (const key of await redis.client.keys('*'))
        there.push(Buffer.from(key), (await redis.client.dumpBuffer(key))!);
      expect(there.length).toBeGreaterThan(10);
      expect(found(...there)).toEqual(plantedAs('a planted one', 'in UTF-16'));
      expect(heard.seen().toString('latin1')).toContain('offer-writeback');
      expect(found(heard.seen())).toEqual([
        ...plantedAs('a planted one', 'in UTF-16'),
        ...plantedAs('one that is gone', 'as it is'),
      ]);
      expect(new Needles(keys).in(Buffer.concat([...there, heard.seen()]))).toEqual([]);
    });
  }

  it('A7, P8: not in events, queues, read models or any other table, not where they were, in no file and no log', async () => {
    const { product } = given();
    expect(events.length).toBeGreaterThan(10_000);
    expect(found(events)).toEqual([]);
    await product.stop();
    const log = product
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'));
    expect(log.length).toBeGreaterThan(10);
    expect(found(Buffer.from(log.join('\n')))).toEqual([]);
    const { rows, platform } = await inDatabaseOf(product, async (client) => {
      await client.query('CREATE TABLE planted AS SELECT $1::text AS value', [planted['a planted one']]);
      await client.query('CREATE TABLE removed AS SELECT $1::bytea AS value', [
        Buffer.from(planted['one that is gone']),
      ]);
      await client.query('DELETE FROM removed');
      return { rows: await rowsOf(client), platform: await platformKeys(product.dataDir, client) };
    });
    Object.assign(keys, platform);
    const tables = Buffer.from(rows.map(({ text }) => text).join('\n'));
    expect(found(tables)).toEqual(plantedAs('a planted one', 'as it is'));
    const files = await contentOf(join(product.dataDir, 'postgres'));
    // The log of what was written holds also what was deleted since.
    expect(found(files)).toEqual([
      ...plantedAs('a planted one', 'as it is'),
      ...plantedAs('one that is gone', 'as it is'),
    ]);
    const beside = await contentOf(product.dataDir, ({ path }) => !theirs.test(path));
    expect(found(beside)).toEqual([]);
    const everywhere = Buffer.concat([tables, files, beside, events, Buffer.from(product.output())]);
    expect(new Needles(keys).in(everywhere)).toEqual([]);
    expect(new Needles(platform).in(await contentOf(given().agent.dataDir))).toEqual([]);
  });

  it('would be found in every form, in the midst of anything', () => {
    const needles = new Needles({ ...personal, ...keys });
    for (const [name, secret] of Object.entries({ ...personal, ...keys })) {
      for (const [form, bytes] of Object.entries(formsOf(secret))) {
        const midst = Buffer.concat([Buffer.from('{"x":"'), bytes, Buffer.from([0, 34, 125])]);
        expect(needles.in(midst)).toContain(`${name}, ${form}`);
      }
    }
  });
}

async function unlocked(organisation: Organisation): Promise<void> {
  await organisation.directory.managed.lock(owner);
  const recovery = await organisation.proved('account-locked');
  expect((await recovery.post('unlock')).status).toBe(202);
  expect((await organisation.ended(recovery)).outcome).toMatchObject({ reason: 'unlocked' });
}

/** Refused by the directory, then done; looked at between taking, writing and telling. */
async function reset(organisation: Organisation, folders: Buffer[]): Promise<void> {
  const { agent, directory, product } = organisation;
  const recovery = await organisation.proved();
  expect((await recovery.password(organisation.secret('refused', tooShort))).status).toBe(202);
  expect((await organisation.ended(recovery)).rejection).toMatchObject({ reasons: ['directory-policy'] });
  const before = await organisation.changes();
  directory.signal('SIGSTOP');
  expect((await recovery.password(organisation.secret('reset', 'Reset-Canary-4711!'))).status).toBe(202);
  await eventually(() => begun(agent));
  folders.push(await contentOf(agent.dataDir));
  process.kill(product.pid, 'SIGSTOP');
  directory.signal('SIGCONT');
  try {
    const receipt = async () => (await contentOf(join(agent.dataDir, 'writebacks'))).includes('"receipt":{');
    await eventually(receipt);
    folders.push(await contentOf(agent.dataDir));
  } finally {
    process.kill(product.pid, 'SIGCONT');
  }
  expect((await organisation.ended(recovery)).status).toBe('succeeded');
  expect((await organisation.changes()) - before).toBe(1);
}

async function changed(organisation: Organisation): Promise<void> {
  const { person } = organisation;
  const current = 'Reset-Canary-4711!';
  expect((await person.signIn(user, organisation.secret('wrong', 'Wrong-Canary-0815!'))).status).toBe(401);
  const { body } = await person.signIn(user, current);
  const newPassword = organisation.secret('changed', 'Changed-Canary-4711!');
  const wish = { currentPassword: current, newPassword };
  const answer = await person.post('/api/v1/me/password', wish, { token: body.token as string });
  expect(answer.status).toBe(200);
  for (const [n, token] of [body.token, answer.body.token].entries())
    organisation.secret(`session ${n}`, (token as string).split('.')[1]!);
}

/** All files below a folder, one after the other, with their names. */
async function contentOf(
  folder: string,
  wanted: (file: { name: string; path: string }) => boolean = () => true,
): Promise<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => ({ name, path: join(parentPath, name).slice(folder.length) }));
  const parts = await Promise.all(
    // What is renamed meanwhile has another name next time.
    files
      .filter(wanted)
      .map(async ({ path }) => [
        Buffer.from(`\n${path}\n`),
        await readFile(join(folder, path)).catch(() => Buffer.alloc(0)),
      ]),
  );
  return Buffer.concat(parts.flat());
}

async function agentKeys(dataDir: string): Promise<Record<string, Buffer>> {
  const { identityKey, sealing } = JSON.parse(await readFile(join(dataDir, 'identity.json'), 'utf8')) as {
    identityKey: string;
    sealing: { privateKey: string }[];
  };
  const { d } = createPrivateKey(identityKey).export({ format: 'jwk' });
  return {
    'identity key of the agent': Buffer.from(d!, 'base64url'),
    ...Object.fromEntries(
      sealing.map(({ privateKey }, n) => [`sealing key ${n} of the agent`, Buffer.from(privateKey, 'base64url')]),
    ),
  };
}

async function platformKeys(dataDir: string, client: pg.Client): Promise<Record<string, Buffer>> {
  const { host, port, user: name, password, database } = client;
  const pool = new pg.Pool({ host, port, user: name!, password: String(password), database: database! });
  try {
    const master = decodeKey((await readFile(join(dataDir, 'master-key'), 'utf8')).trim(), 'the master key');
    const vault = await Vault.open({ pool, masterKey: new MasterKey([master]), clock: systemClock });
    const { privateKey } = await platformKey(vault);
    return { 'master key': master, 'key of the platform': Buffer.from(privateKey.key, 'base64url') };
  } finally {
    await pool.end();
  }
}
