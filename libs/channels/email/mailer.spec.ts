import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { freePort } from '#libs/runtime/embedded-postgres';
import { until } from '../../../test/support/until';
import { createMailer, type Mailer, type MailerLimits, type OutgoingMail } from './mailer.js';
import { startScriptedSmtp, type ScriptedSmtp } from './scripted-smtp.js';

const mail = (change: Partial<OutgoingMail> = {}): OutgoingMail => ({
  messageId: 'delivery-1',
  to: 'person@home.example',
  subject: 'Your verification code',
  text: 'Code 1234 5678',
  html: '<p>Code <b>1234 5678</b></p>',
  language: 'en',
  ...change,
});

describe('the mailer', () => {
  let server: ScriptedSmtp;
  let mailer: Mailer;
  const open = (limits: Partial<MailerLimits> = {}, smtpUrl = server.url) =>
    (mailer = createMailer({ smtpUrl, from: 'Keyturn <no-reply@keyturn.example>', limits }));
  const restart = async (options: Parameters<typeof startScriptedSmtp>[0]) => {
    await mailer.close();
    await server.close();
    server = await startScriptedSmtp(options);
    open();
  };

  beforeEach(async () => {
    server = await startScriptedSmtp();
    open();
  });
  afterEach(async () => {
    await mailer.close();
    await server.close();
  });

  it('hands a mail to the server', async () => {
    expect(await mailer.send(mail())).toEqual({ kind: 'accepted', smtpCode: 250 });
    const [received] = server.received;
    expect(received!.from).toBe('no-reply@keyturn.example');
    expect(received!.raw).toContain('\nTo: person@home.example');
    expect(received!.raw).toContain('From: Keyturn <no-reply@keyturn.example>');
    expect(received!.raw).toContain('Auto-Submitted: auto-generated');
    expect(received!.raw).toContain('Content-Language: en');
  });

  describe('R10: reaches exactly the stored address (vulnerabilities 10 to 12)', () => {
    it.each(["o'brien@home.example", 'a+b=c@home.example', 'person@home.example'])('%s', async (to) => {
      await mailer.send(mail({ to }));
      expect(server.received.map(({ recipients }) => recipients)).toEqual([[to]]);
    });

    it.each([
      '"attacker@evil.example x"@home.example',
      '"attacker@evil.example,x"@home.example',
      'person@home.example,attacker@evil.example',
      'person@home.example attacker@evil.example',
      'person@home.example>\r\nRCPT TO:<attacker@evil.example',
      'Person <person@home.example>',
      ['person@home.example', 'attacker@evil.example'] as unknown as string,
      { address: 'person@home.example' } as unknown as string,
    ])('and to nobody when it is %j', async (to) => {
      expect(await mailer.send(mail({ to }))).toEqual({ kind: 'refused', reason: 'invalid-address' });
      expect(server.connections()).toBe(0);
    });
  });

  it('sends mail after mail over one kept connection', async () => {
    for (let n = 0; n < 5; n++) await mailer.send(mail({ messageId: `delivery-${n}` }));
    expect(server.received).toHaveLength(5);
    expect(server.connections()).toBe(1);
  });

  it('sends many at once over few connections', async () => {
    open({ connections: 3 });
    const results = await Promise.all(Array.from({ length: 30 }, (_, n) => mailer.send(mail({ messageId: `m${n}` }))));
    expect(results.every(({ kind }) => kind === 'accepted')).toBe(true);
    expect(new Set(server.received.map(({ raw }) => /^Message-ID: (.*)$/im.exec(raw)?.[1])).size).toBe(30);
    expect(server.connections()).toBeLessThanOrEqual(3);
  });

  it('notices a kept connection that was closed, and sends over another', async () => {
    await mailer.send(mail());
    server.hangUp();
    expect(await mailer.send(mail())).toMatchObject({ kind: 'accepted' });
    expect(server.connections()).toBe(2);
  });

  it('carries the same Message-ID on every try of a delivery', async () => {
    server.script({ step: 'rcpt', code: 451, text: '4.7.1 Greylisted' }, { step: 'drop-after-data' });
    expect(await mailer.send(mail())).toMatchObject({ kind: 'deferred', reason: 'greylisted', smtpCode: 451 });
    expect(await mailer.send(mail())).toEqual({ kind: 'deferred', reason: 'unknown-outcome' });
    expect(await mailer.send(mail())).toMatchObject({ kind: 'accepted' });
    const ids = server.received.map(({ raw }) => /^Message-ID: (.*)$/im.exec(raw)?.[1]);
    expect(ids).toEqual(['<delivery-1@keyturn.example>', '<delivery-1@keyturn.example>']);
  });

  describe('when the server', () => {
    it('refuses the recipient: final', async () => {
      server.script({ step: 'rcpt', code: 550, text: '5.1.1 <person@home.example> unknown' });
      const result = await mailer.send(mail());
      expect(result).toEqual({ kind: 'refused', reason: 'mailbox-unknown', smtpCode: 550, enhancedCode: '5.1.1' });
      expect(await mailer.send(mail())).toMatchObject({ kind: 'accepted' });
    });

    it('refuses the content: final', async () => {
      server.script({ step: 'data', code: 554, text: '5.7.1 Code 1234 5678 looks bad' });
      expect(await mailer.send(mail())).toEqual({
        kind: 'refused',
        reason: 'content-refused',
        smtpCode: 554,
        enhancedCode: '5.7.1',
      });
    });

    it('greets with a refusal: later', async () => {
      server.script({ step: 'greeting', code: 421, text: '4.3.2 Too busy' });
      expect(await mailer.send(mail())).toMatchObject({ kind: 'deferred', reason: 'server-not-ready', smtpCode: 421 });
      expect(await mailer.send(mail())).toMatchObject({ kind: 'accepted' });
    });

    it('drops the line before the mail: later, and certainly not sent', async () => {
      server.script({ step: 'drop-before-data' });
      expect(await mailer.send(mail())).toMatchObject({ kind: 'deferred' });
      expect(server.received).toHaveLength(0);
    });

    it('drops the line after the mail: unknown, and not repeated by itself', async () => {
      server.script({ step: 'drop-after-data' });
      expect(await mailer.send(mail())).toEqual({ kind: 'deferred', reason: 'unknown-outcome' });
      await mailer.send(mail({ messageId: 'another' }));
      expect(server.received).toHaveLength(2);
    });

    it('says nothing after the mail: unknown at the deadline', async () => {
      open({ perMailMs: 150 });
      server.script({ step: 'silence-after-data' });
      expect(await mailer.send(mail())).toEqual({ kind: 'deferred', reason: 'unknown-outcome' });
      expect(await mailer.send(mail())).toMatchObject({ kind: 'accepted' });
    });

    it('keeps its connections busy until the time of a mail is up: later, and certainly not sent', async () => {
      open({ connections: 1, perMailMs: 400 });
      server.script({ step: 'silence-after-data' });
      const first = mailer.send(mail());
      await until('the first has arrived', () => server.received.length === 1);
      expect(await mailer.send(mail({ messageId: 'late' }), 50)).toEqual({ kind: 'deferred', reason: 'timed-out' });
      expect(await first).toEqual({ kind: 'deferred', reason: 'unknown-outcome' });
      expect(await mailer.send(mail({ messageId: 'next' }))).toMatchObject({ kind: 'accepted' });
      expect(server.received.map(({ raw }) => /^Message-ID: <(.*)@/im.exec(raw)?.[1])).toEqual(['delivery-1', 'next']);
    });

    it('greets slowly: later, at the deadline for connecting', async () => {
      open({ connectMs: 100 });
      server.script({ step: 'greeting-delay', ms: 60_000 });
      const started = performance.now();
      expect(await mailer.send(mail())).toEqual({ kind: 'deferred', reason: 'timed-out' });
      expect(performance.now() - started).toBeLessThan(5_000);
    });

    it('is down: later', async () => {
      open({}, `smtp://127.0.0.1:${await freePort()}`);
      expect(await mailer.send(mail())).toEqual({ kind: 'deferred', reason: 'connection-refused' });
    });

    it('is no mail server and talks without end: later', async () => {
      const chatter = createServer((socket) => {
        socket.on('error', () => {});
        const words = setInterval(() => socket.write('220-still thinking\r\n'), 5);
        socket.on('close', () => clearInterval(words));
      }).listen(0, '127.0.0.1');
      await once(chatter, 'listening');
      open({ connectMs: 60_000, perMailMs: 100 }, `smtp://127.0.0.1:${(chatter.address() as AddressInfo).port}`);
      expect(await mailer.send(mail())).toEqual({ kind: 'deferred', reason: 'timed-out' });
      await mailer.close();
      chatter.close();
    });
  });

  describe('encryption', () => {
    it('is used when it is offered', async () => {
      await restart({ tls: 'starttls' });
      expect(await mailer.send(mail())).toMatchObject({ kind: 'accepted' });
      expect(server.received[0]!.encrypted).toBe(true);
    });

    it('from the first byte', async () => {
      await restart({ tls: 'from-the-start' });
      expect(await mailer.send(mail())).toMatchObject({ kind: 'accepted' });
      expect(server.received[0]!.encrypted).toBe(true);
    });

    it('is insisted on when required', async () => {
      open({}, `${server.url}?requireTls=true`);
      expect(await mailer.send(mail())).toMatchObject({ kind: 'deferred', reason: 'tls-failed' });
      expect(server.received).toHaveLength(0);
      await restart({ tls: 'starttls' });
      open({}, `${server.url}?requireTls=true`);
      expect(await mailer.send(mail())).toMatchObject({ kind: 'accepted' });
    });

    it('with a certificate nobody vouches for is refused, except on this machine', async () => {
      await restart({ tls: 'starttls' });
      mailer = createMailer({ smtpUrl: server.url, from: 'a@b.example', verifyLoopback: true });
      expect(await mailer.send(mail())).toEqual({ kind: 'deferred', reason: 'tls-failed' });
      expect(server.received).toHaveLength(0);
    });
  });

  it('signs in, and says when that is refused', async () => {
    await restart({ auth: true });
    open({}, server.url.replace('//', '//keyturn:right@'));
    expect(await mailer.send(mail())).toMatchObject({ kind: 'accepted' });
    open({}, server.url.replace('//', '//keyturn:wrong-secret@'));
    const result = await mailer.send(mail());
    expect(result).toMatchObject({ kind: 'deferred', reason: 'sign-in-refused', smtpCode: 535 });
    expect(JSON.stringify(result)).not.toContain('secret');
  });

  it('tells nothing of the mail in any result, whatever the server quotes', async () => {
    const quoting = 'person@home.example 1234 5678';
    for (const step of ['mail', 'rcpt', 'data'] as const) {
      for (const code of [451, 550]) {
        server.script({ step, code, text: `5.1.1 ${quoting}` });
        expect(JSON.stringify(await mailer.send(mail()))).not.toMatch(/person|1234|5678/);
      }
    }
  });

  it('sends what is under way before it closes, and nothing after', async () => {
    const sending = mailer.send(mail());
    await mailer.close();
    expect(await sending).toMatchObject({ kind: 'accepted' });
    await expect(mailer.send(mail())).rejects.toThrow('closed');
  });

  it('does not take a Message-ID that would be a header', async () => {
    await expect(mailer.send(mail({ messageId: 'x>\r\nBcc: y' }))).rejects.toThrow(TypeError);
  });
});
