import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMailer, type Mailer } from '#libs/channels/email/mailer';
import { AdjustableClock } from '#libs/runtime/clock';
import { startOutside, type Outside, type OutsideOptions } from './outside.js';

describe('the simulated mail server', () => {
  let outside: Outside;
  let mailer: Mailer;
  let count = 0;

  async function open(options: OutsideOptions = {}) {
    outside = await startOutside(options);
    mailer = createMailer({ smtpUrl: outside.smtpUrl, from: 'Keyturn <no-reply@keyturn.example>' });
  }
  async function close() {
    await mailer.close();
    await outside.close();
  }
  const send = (to = 'person@home.example', subject = 'コード') =>
    mailer.send({
      messageId: `m-${++count}`,
      to,
      subject,
      text: 'Code 1234 5678',
      html: '<p>Code <b>1</b></p>',
      language: 'ja',
    });

  beforeEach(() => open());
  afterEach(close);

  it('catches mail for anybody and shows it as it was meant', async () => {
    expect(await send()).toMatchObject({ kind: 'accepted' });
    expect(await outside.mailbox.list()).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        from: 'no-reply@keyturn.example',
        to: ['person@home.example'],
        subject: 'コード',
        text: expect.stringContaining('Code 1234 5678'),
        html: expect.stringContaining('<p>Code <b>1</b></p>'),
        messageId: `<m-${count}@keyturn.example>`,
        receivedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        headers: { date: expect.any(String), 'content-language': 'ja', 'auto-submitted': 'auto-generated' },
      },
    ]);
  });

  it('lists newest first, by recipient in any case', async () => {
    for (const [to, subject] of [
      ['a@x.example', '1'],
      ['b@x.example', '2'],
      ['a@x.example', '3'],
    ])
      await send(to, subject);
    expect((await outside.mailbox.list()).map(({ subject }) => subject)).toEqual(['3', '2', '1']);
    expect((await outside.mailbox.list('A@X.example')).map(({ subject }) => subject)).toEqual(['3', '1']);
    expect(await outside.mailbox.list('a@x')).toEqual([]);
    expect(outside.mailbox.addresses()).toEqual([
      { address: 'a@x.example', mails: 2 },
      { address: 'b@x.example', mails: 1 },
    ]);
  });

  it('stamps mails by its clock', async () => {
    await close();
    const clock = new AdjustableClock();
    clock.setOffset(365 * 86_400_000);
    await open({ clock });
    await send();
    const [mail] = await outside.mailbox.list();
    expect(Math.abs(Date.parse(mail!.receivedAt) - clock.now().getTime())).toBeLessThan(60_000);
  });

  it('keeps the last ones only', async () => {
    await close();
    await open({ keep: 3 });
    for (const subject of ['1', '2', '3', '4', '5']) await send('a@x.example', subject);
    expect((await outside.mailbox.list()).map(({ subject }) => subject)).toEqual(['5', '4', '3']);
  });

  it('keeps mails over a restart, also when a line was torn', async () => {
    await close();
    const dataDir = await mkdtemp(join(tmpdir(), 'keyturn-outside-'));
    await open({ dataDir, keep: 3 });
    for (const subject of ['1', '2', '3', '4']) await send('a@x.example', subject);
    const before = await outside.mailbox.list();
    await close();
    await appendFile(join(dataDir, 'outside-mail.jsonl'), '{"id":"torn');
    await open({ dataDir, keep: 4 });
    expect(await outside.mailbox.list()).toEqual(before);
    for (let n = 0; n < 20; n++) await send();
    const lines = (await readFile(join(dataDir, 'outside-mail.jsonl'), 'utf8')).split('\n').filter(Boolean);
    expect(lines.length).toBeLessThanOrEqual(8);
    expect(
      lines
        .slice(-4)
        .map((line) => JSON.parse(line).id)
        .reverse(),
    ).toEqual((await outside.mailbox.list()).map(({ id }) => id));
    await outside.mailbox.clear();
    await close();
    await open({ dataDir });
    expect(await outside.mailbox.list()).toEqual([]);
    await rm(dataDir, { recursive: true });
  });

  describe('faults', () => {
    it('refuses and greylists as many as it was told', async () => {
      await outside.faults.set({ mail: { refuse: 2, greylist: 1 } });
      const outcomes = [await send(), await send(), await send(), await send()];
      expect(outcomes).toEqual([
        { kind: 'refused', reason: 'mailbox-unknown', smtpCode: 550, enhancedCode: '5.1.1' },
        { kind: 'refused', reason: 'mailbox-unknown', smtpCode: 550, enhancedCode: '5.1.1' },
        { kind: 'deferred', reason: 'greylisted', smtpCode: 451, enhancedCode: '4.7.1' },
        expect.objectContaining({ kind: 'accepted' }),
      ]);
      expect(outside.faults.get().mail).toMatchObject({ refuse: 0, greylist: 0 });
      expect(await outside.mailbox.list()).toHaveLength(1);
    });

    it('drops the line after the mail, which is lost', async () => {
      await outside.faults.set({ mail: { drop: 1 } });
      expect(await send()).toEqual({ kind: 'deferred', reason: 'unknown-outcome' });
      expect(await outside.mailbox.list()).toEqual([]);
      expect(await send()).toMatchObject({ kind: 'accepted' });
    });

    it('confirms late', async () => {
      await outside.faults.set({ mail: { delay: { next: 1, ms: 500 } } });
      const started = performance.now();
      await send();
      expect(performance.now() - started).toBeGreaterThan(490);
      const again = performance.now();
      await send();
      expect(performance.now() - again).toBeLessThan(490);
    });

    it('is down until it is up again, at the same address', async () => {
      await send();
      await outside.faults.set({ mail: { down: true } });
      await outside.faults.set({ mail: { down: true } });
      expect(await send()).toMatchObject({ kind: 'deferred' });
      expect(await send()).toEqual({ kind: 'deferred', reason: 'connection-refused' });
      await outside.faults.set({ mail: { down: false } });
      expect(await send()).toMatchObject({ kind: 'accepted' });
      expect(await outside.mailbox.list()).toHaveLength(2);
    });
  });
});
