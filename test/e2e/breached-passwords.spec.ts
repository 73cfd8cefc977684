import { createHash } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Person } from '../support/journey';
import { startProduct } from '../support/product';

const password = 'Correct-Horse-1!';
const breached = 'Lantern-Harbour-1!';

describe('a list of breached passwords', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyturn-breached-'));
    await chmod(folder, 0o755);
    const hash = createHash('sha1').update(breached).digest('hex').toUpperCase();
    await writeFile(join(folder, `${hash.slice(0, 5)}.txt`), `${hash.slice(5)}:42\r\n`);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('P3: refuses a password that is on it, and takes another', async () => {
    const product = await startProduct({ KEYTURN_BREACHED_PASSWORDS: folder });
    try {
      const person = new Person(product.url);
      const { body } = await person.signIn('cloud.user@contoso.example', password);
      const change = (newPassword: string) =>
        person.post('/api/v1/me/password', { currentPassword: password, newPassword }, { token: body.token });
      expect(await change(breached)).toMatchObject({
        status: 422,
        body: { code: 'password-rejected', reasons: ['breached'] },
      });
      const rules = await person.get('/api/v1/password-policy', { token: body.token });
      expect(rules.body.alsoRefused).toContain('breached');
      expect((await change('Another-Lantern-1!')).status).toBe(200);
    } finally {
      await product.remove();
    }
  });

  it('stops the start with a sentence when it is none', async () => {
    const missing = join(folder, 'missing');
    await expect(startProduct({ KEYTURN_BREACHED_PASSWORDS: missing })).rejects.toThrow(
      /KEYTURN_BREACHED_PASSWORDS: .*missing cannot be read/,
    );
  });
});
