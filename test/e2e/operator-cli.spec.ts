import { randomBytes } from 'node:crypto';
import { users } from '#libs/readmodels/users';
import { chmod, copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CaseFile } from '#libs/commands/operations/case-file';
import type { RebuildResult } from '#libs/readmodels/rebuild';
import { eventually, Person } from '../support/journey';
import { keyturn as run, type Ran } from '../support/keyturn';
import { startProduct, type Product } from '../support/product';
import { storedEvents } from '../support/stored-events';
import { until } from '../support/until';

const user = 'cloud.user@contoso.example';
const address = 'cloud.user@contoso.home.example';
const newPassword = 'Brand-New-Lantern-7!';

let product: Product;
let person: Person;
let folder: string;
let supportCode: string;
let recoveryId: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyturn-cli-'));
  await chmod(folder, 0o711);
  product = await startProduct();
  person = new Person(product.url);
  const recovery = await person.started(user);
  ({ supportCode, recoveryId } = recovery.view);
  const challengeId = await recovery.challenged(address);
  await recovery.answer(challengeId, await recovery.codeFrom(address));
  await recovery.password(newPassword);
}, 90_000);

afterAll(async () => {
  await product.remove();
  await rm(folder, { recursive: true, force: true });
});

const keyturn = (args: string[], env: Record<string, string> = {}): Promise<Ran> =>
  run(args, { KEYTURN_DATA_DIR: product.dataDir, ...env });

/** Found by a read model, which may be a moment behind. */
const theCase = (): Promise<CaseFile> =>
  eventually(async () => {
    const { out, code } = await keyturn(['case', supportCode, '--json']);
    return code === 0 && (JSON.parse(out) as CaseFile);
  });

describe('keyturn case', () => {
  it('A6: tells everything about one recovery in order, deliveries and notices included', async () => {
    await until(
      'both mails were accepted',
      async () => (await theCase()).events.filter(({ type }) => type === 'DeliveryAccepted').length === 2,
    );
    const { out, code } = await keyturn(['case', supportCode]);
    expect(code).toBe(0);
    const happened = [
      'recovery started: forgot-password',
      'code by email asked for',
      'delivery, try 1',
      'try 1 accepted',
      'gate passed by email',
      'new password submitted',
      'new password in force',
      'notice asked for: password-was-reset',
      'succeeded: reset (email)',
    ];
    let from = 0;
    for (const words of happened) {
      expect(out.slice(from)).toContain(words);
      from = out.indexOf(words, from);
    }
    expect(out).toContain(supportCode);
  }, 30_000);

  it('holds no personal data, code or password', async () => {
    const { out: json } = await keyturn(['case', supportCode, '--json']);
    const { out: text } = await keyturn(['case', recoveryId]);
    for (const secret of [user, address, 'cloud.user', newPassword]) expect(json + text).not.toContain(secret);
  });

  it('says so when there is no such case', async () => {
    expect(await keyturn(['case', 'NO-SUCH-CODE'])).toMatchObject({
      code: 1,
      err: 'No recovery has the support code or id "NO-SUCH-CODE".\n',
    });
  });
});

describe('keyturn replay', () => {
  it('makes every read model anew while the product runs, and sends nothing', async () => {
    const tries = async () =>
      (await storedEvents(product)).filter(({ type }) => type === 'DeliveryAttempted' || type === 'NoticeRequested')
        .length;
    const [mails, before] = [(await person.mails(address)).length, await tries()];
    const { out, code } = await keyturn(['replay', '--json']);
    expect(code).toBe(0);
    const results = JSON.parse(out) as RebuildResult[];
    expect(results.length).toBeGreaterThanOrEqual(5);
    for (const result of results) expect(result).toMatchObject({ outcome: 'switched', differences: 0, parked: 0 });
    expect(results[0]!.events).toBeGreaterThan(20);
    expect((await theCase()).status).toBe('succeeded');
    // Whatever would be due by the new rows is done before this answers.
    await person.advance('PT2M');
    const recovery = await person.started('one.method@contoso.example');
    await recovery.challenged('one.method@contoso.home.example');
    await recovery.codeFrom('one.method@contoso.home.example');
    expect(await person.mails(address)).toHaveLength(mails);
    expect(await tries()).toBe(before + 1);
  }, 30_000);

  it('compares one model', async () => {
    expect(await keyturn(['compare', '--model', 'users'])).toMatchObject({
      code: 0,
      out: `${users.table}: compared: no difference\n`,
    });
  });

  it('names the models there are', async () => {
    const { code, err } = await keyturn(['replay', '--model', 'nonsense']);
    expect(code).toBe(1);
    expect(err).toContain('There is no such read model. There are: recovery_status,users,tenants,audit,open_deeds');
  });
});

describe('operator access', () => {
  it('is a file that only its owner reads, gone when the product is', async () => {
    const file = join(product.dataDir, 'operator.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const { token } = JSON.parse(await readFile(file, 'utf8')) as { token: string };
    expect(product.output()).not.toContain(token);
  });

  it('shows nothing to anybody without the token', async () => {
    for (const token of [undefined, 'x', 'A'.repeat(43)]) {
      const path = `/api/v1/operations/cases/${supportCode}`;
      const answer = await person.request('GET', path, undefined, token ? { token } : {});
      expect(answer).toMatchObject({ status: 404, body: { code: 'not-found' } });
    }
  });
});

describe('keyturn rotate-master-key', () => {
  const next = randomBytes(32).toString('base64');

  it('gives an installation another master key, and says what is missing', async () => {
    await product.stop();
    const file = join(product.dataDir, 'master-key');
    const present = (await readFile(file, 'utf8')).trim();
    const rotate = (keys?: string) => keyturn(['rotate-master-key'], keys ? { KEYTURN_MASTER_KEY: keys } : {});
    expect((await rotate()).err).toContain('Set KEYTURN_MASTER_KEY to the next master key and the present one');
    expect((await rotate(next)).err).toContain('The master key is not the one this vault was sealed with');
    const { code, out, err } = await rotate(`${next},${present}`);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('Start Keyturn with this one alone');
    for (const key of [next, present]) expect(out).not.toContain(key);
    expect((await rotate(present)).err).toContain('The master key is not the one');
    await writeFile(file, `${next}\n`);
    await product.restart();
    expect((await person.signIn(user, newPassword)).status).toBe(201);
  }, 90_000);
});

describe('keyturn backup and restore', () => {
  const file = (name: string) => join(folder, name);

  it('brings a running product back elsewhere: same case, same password, same log', async () => {
    const made = await keyturn(['backup', file('whole.backup')]);
    expect(made).toMatchObject({ code: 0, err: '' });
    expect((await stat(file('whole.backup'))).mode & 0o777).toBe(0o600);
    expect(await readFile(file('whole.backup'), 'utf8')).not.toContain('cloud.user');
    expect((await keyturn(['erasures', file('erasures')])).code).toBe(0);
    const before = await theCase();

    const elsewhere = await mkdtemp(join(tmpdir(), 'keyturn-restored-'));
    await chmod(elsewhere, 0o711);
    const env = { KEYTURN_DATA_DIR: elsewhere };
    const args = ['restore', file('whole.backup'), '--erasures', file('erasures')];
    expect((await keyturn(args, env)).err).toContain('The master key that the backup was made under is needed');
    const stranger = { ...env, KEYTURN_MASTER_KEY: randomBytes(32).toString('base64') };
    expect((await keyturn(args, stranger)).err).toContain('The master key is not the one this backup was made under');
    await copyFile(join(product.dataDir, 'master-key'), join(elsewhere, 'master-key'));
    await chmod(join(elsewhere, 'master-key'), 0o600);
    expect(await keyturn(args, env)).toMatchObject({ code: 0, err: '' });
    expect((await keyturn(args, env)).err).toContain('restore into a fresh one');
    await expect(stat(join(elsewhere, 'demo-seeded'))).resolves.toBeDefined();

    const restored = await startProduct(env);
    try {
      expect((await new Person(restored.url).signIn(user, newPassword)).status).toBe(201);
      const { out } = await keyturn(['case', supportCode, '--json'], env);
      const after = JSON.parse(out) as CaseFile;
      const lasting = ({ events, ...rest }: CaseFile) => ({
        ...rest,
        events: events.map(({ eventId, stream, revision, type, at, data }) => [
          eventId,
          stream,
          revision,
          type,
          at,
          data,
        ]),
      });
      expect(lasting(after)).toEqual(lasting(before));
    } finally {
      await restored.remove();
    }
  }, 120_000);

  it('does it without a running product as well', async () => {
    await product.stop();
    await expect(stat(join(product.dataDir, 'operator.json'))).rejects.toThrow('ENOENT');
    expect(await keyturn(['backup', file('stopped.backup')])).toMatchObject({ code: 0, err: '' });
    expect((await keyturn(['case', supportCode])).out).toContain('succeeded: reset (email)');
    await product.restart();
    const [running, stopped] = await Promise.all(
      ['whole.backup', 'stopped.backup'].map((name) => readFile(file(name), 'utf8')),
    );
    const events = (text: string) => text.split('\n').filter((line) => line.startsWith('{"event"'));
    expect(events(stopped!).slice(0, events(running!).length)).toEqual(events(running!));
  }, 90_000);

  it('refuses a backup that was changed, cut or never one, before it changes anything', async () => {
    const whole = await readFile(file('whole.backup'), 'utf8');
    const lines = whole.trimEnd().split('\n');
    const broken = {
      changed: whole.replace('"RecoverySucceeded"', '"RecoveryCancelled"'),
      cut: lines.slice(0, -1).join('\n'),
      shorter: [...lines.slice(0, 5), ...lines.slice(6)].join('\n'),
      foreign: '{"hello": 1}\n',
    };
    for (const [name, text] of Object.entries(broken)) {
      await writeFile(file(name), text);
      const env = {
        KEYTURN_DATA_DIR: join(folder, `into-${name}`),
        KEYTURN_MASTER_KEY: randomBytes(32).toString('base64'),
      };
      const { code, err } = await keyturn(['restore', file(name), '--nobody-erased'], env);
      expect([name, code, err]).toEqual([
        name,
        1,
        name === 'foreign'
          ? 'This is not a Keyturn backup.\n'
          : 'The backup is damaged or was cut off; nothing was restored.\n',
      ]);
    }
  }, 90_000);

  it('asks for the list of erased persons', async () => {
    const { code, err } = await keyturn(['restore', file('whole.backup')]);
    expect([code, err]).toEqual([
      1,
      'Name the newest list of erased persons with --erasures, or say --nobody-erased.\n',
    ]);
  });
});
