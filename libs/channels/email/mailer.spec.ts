import { freePort } from '#libs/runtime/embedded-postgres';
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

  beforeEach(async () => {
    server = await startScriptedSmtp();
    open();
  });
  afterEach(async () => {
    await mailer.close();
    await server.close();
  });

  it('hands a mail to exactly the given address', async () => {
    expect(await mailer.send(mail())).toEqual({ kind: 'accepted', smtpCode: 250 });
    const [received] = server.received;
    expect(received).toMatchObject({ from: 'no-reply@keyturn.example', recipients: ['person@home.example'] });
    expect(received!.raw).toContain('To: person@home.example');
    expect(received!.raw).toContain('From: Keyturn <no-reply@keyturn.example>');
    expect(received!.raw).toContain('Auto-Submitted: auto-generated');
    expect(received!.raw).toContain('Content-Language: en');
  });

  it('sends mail after mail over one kept connection', async () => {
    for (let n = 0; n < 5; n++) await mailer.send(mail({ messageId: `delivery-${n}` }));
    expect(server.received).toHaveLength(5);
    expect(server.connections()).toBe(1);
  });

  it('carries the same Message-ID on every try of a delivery', async () => {
    server.script({ step: 'rcpt', code: 451, text: '4.7.1 Greylisted' }, { step: 'drop-after-data' });
    expect(await mailer.send(mail())).toMatchObject({ kind: 'deferred', reason: 'greylisted', smtpCode: 451 });
    expect(await mailer.send(mail())).toEqual({ kind: 'deferred', reason: 'unknown-outcome' });
    expect(await mailer.send(mail())).toMatchObject({ kind: 'accepted' });
    const ids = server.received.map(({ raw }) => /^Message-ID: (.*)$/im.exec(raw)?.[1]);
    expect(ids).toEqual(['<delivery-1@keyturn.example>', '<delivery-1@keyturn.example>']);
  });

  it('reports a server that is down as deferred', async () => {
    open({}, `smtp://127.0.0.1:${await freePort()}`);
    expect(await mailer.send(mail())).toEqual({ kind: 'deferred', reason: 'connection-refused' });
  });
});
