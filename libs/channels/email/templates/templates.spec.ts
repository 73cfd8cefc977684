import { mailLanguage, mailLanguages, type MailLanguage } from './language.js';
import { groups, oneLine } from './letter.js';
import { template } from './template.js';
import { mailTemplates, renderMail, type MailData, type MailKind } from './templates.js';

const token = 'dGhpcyBpcyBub3QgYSBzZWNyZXQ';
const notice: MailData<'password-was-reset'> = {
  organisation: 'Contoso',
  account: 'c…@contoso.example',
  at: new Date('2026-11-22T09:30:00Z'),
  timeZone: 'Asia/Tokyo',
  where: 'Chrome, Windows',
  notMe: { publicUrl: 'https://reset.contoso.example', token },
  helpdesk: 'https://help.contoso.example',
};
const decision = {
  ...{ organisation: 'Contoso', account: 'c…@contoso.example', method: 'sms' },
  ...{ caseNumber: '1A2B3C4D', at: notice.at },
};
const samples: { [Kind in MailKind]: MailData<Kind> } = {
  'verification-code': { organisation: 'Contoso', code: '12345678', validMinutes: 10, purpose: 'reset-password' },
  'password-was-reset': notice,
  'methods-were-changed': { ...notice, change: 'added', method: 'email' },
  'password-was-changed': notice,
  'writeback-timed-out': {
    organisation: 'Contoso',
    account: 'h…@contoso.example',
    kind: 'reset',
    unchanged: 'yes',
    helpdesk: 'https://help.contoso.example',
    at: notice.at,
  },
  'writeback-refused': {
    organisation: 'Contoso',
    account: 'h…@contoso.example',
    result: 'permission-denied',
    at: notice.at,
  },
  'agent-fell-silent': { organisation: 'Contoso', agent: '1f7a0000', since: notice.at, at: notice.at },
  'administrator-was-reset': { organisation: 'Contoso', account: 'a…@contoso.example', at: notice.at },
  'verification-word': { organisation: 'Contoso', words: 'apple river', validMinutes: 10 },
  'temporary-access-pass': { organisation: 'Contoso', code: '1234567890', validMinutes: 60 },
  'contact-was-proposed': { ...notice, method: 'email' },
  'contact-needs-approval': decision,
  'contact-was-approved': decision,
  'someone-tried-and-failed': notice,
  'account-was-unlocked': notice,
  'password-expires-soon': { organisation: 'Contoso', account: 'c…@contoso.example', expiresAt: notice.at },
  'case-opened': { organisation: 'Contoso', account: 'c…@contoso.example', caseNumber: '1A2B3C4D', at: notice.at },
  'guessing-suspected': { organisation: 'Contoso', failures: 140, names: 35 },
  'telecom-budget-low': { organisation: 'Contoso', month: '2026-11', reserved: 8_000, budget: 10_000 },
};
const kinds = Object.keys(mailTemplates) as MailKind[];
const every = kinds.flatMap((kind) => mailLanguages.map((language) => [kind, language] as const));

describe.each(every)('%s in %s', (kind, language) => {
  const render = (change: object = {}) => renderMail(kind, { ...samples[kind], ...change }, language);

  it('has a subject of one line, a text, and a page in its language', () => {
    const mail = render();
    expect(mail.language).toBe(language);
    expect(mail.subject).toMatch(/^[^\r\n]{5,100}$/);
    expect(mail.text).not.toMatch(/[<>]|undefined|\[object/);
    expect(mail.html).toMatch(new RegExp(`^<!DOCTYPE html>\n<html lang="${language}"`));
    expect(mail.html).not.toMatch(/undefined|\[object|<img|<script|src=|url\(/);
    const japanese = /[\u3040-\u30ff\u4e00-\u9fff]/;
    expect([mail.subject, mail.text].every((part) => japanese.test(part))).toBe(language === 'ja');
  });

  // vulnerabilities 9 and 77: one field at a time, and all of them at once
  const evil = `"><a href="https://evil.example">x</a>'\`&\r\n<b>`;
  const fields = Object.entries(samples[kind]).filter(
    ([, value]) => typeof value === 'string' && value !== samples[kind].organisation,
  );
  const changes = ['organisation', ...fields.map(([name]) => name)].filter(
    (name) => !['purpose', 'timeZone', 'code'].includes(name),
  );
  it.each([...changes.map((name) => [name]), changes])('escapes markup in %s', (...names) => {
    const clean = render();
    const mail = render(Object.fromEntries(names.map((name) => [name, evil])));
    expect(tagsOf(mail.html)).toEqual(tagsOf(clean.html));
    expect(mail.html).not.toContain('<b>');
    expect(mail.subject).not.toMatch(/[\r\n]/);
  });

  it('draws nothing from elsewhere and links only to the configured address', () => {
    const links = [...render().html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
    for (const href of links) expect(href).toBe(`https://reset.contoso.example/not-me#${token}`);
  });
});

describe('a code', () => {
  it.each(mailLanguages)('stands in the body only, and can be copied in one piece (%s)', (language) => {
    const { subject, text, html } = renderMail('verification-code', samples['verification-code'], language);
    expect(subject).not.toMatch(/\d{4}/);
    expect(text).toContain('1234 5678');
    const preview = /<div style="display:none[^>]*>(.*?)<\/div>/s.exec(html)![1];
    expect(preview).not.toMatch(/1234/);
    const shown = /<div class="code"[^>]*>(.*?)<\/div>/s.exec(html)![1]!;
    expect(shown.replace(/<[^>]*>/g, '')).toBe('12345678');
  });

  it.each([
    ['12345678', ['1234', '5678']],
    ['123456', ['123', '456']],
    ['1234567890', ['123', '456', '789', '0']],
    ['1234567', ['123', '456', '7']],
  ])('%s is read in groups', (code, expected) => expect(groups(code)).toEqual(expected));

  it.each(['', '12345', '12345678901', '1234567a', '"><a href', '１２３４５６'])('is not %j', (code) => {
    expect(() => groups(code)).toThrow(TypeError);
    expect(() => renderMail('verification-code', { ...samples['verification-code'], code }, 'en')).toThrow(TypeError);
  });

  it.each(['reset-password', 'unlock-account', 'register-address'] as const)('says what it is for: %s', (purpose) => {
    const others = (['reset-password', 'unlock-account', 'register-address'] as const).filter(
      (other) => other !== purpose,
    );
    for (const language of mailLanguages) {
      const text = (of: typeof purpose) =>
        renderMail('verification-code', { ...samples['verification-code'], purpose: of }, language).text;
      for (const other of others) expect(text(purpose)).not.toBe(text(other));
    }
  });
});

describe('the link of a notice', () => {
  const link = (publicUrl: string, linkToken = token) =>
    renderMail(
      'password-was-reset',
      { ...samples['password-was-reset'], notMe: { publicUrl, token: linkToken } },
      'en',
    ).text.match(/^http\S*not-me\S*$/m)?.[0];

  it.each([
    ['https://reset.contoso.example', 'https://reset.contoso.example/not-me#'],
    ['https://reset.contoso.example/', 'https://reset.contoso.example/not-me#'],
    ['https://contoso.example:8443/keyturn/', 'https://contoso.example:8443/keyturn/not-me#'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/not-me#'],
  ])('is made from %s', (publicUrl, start) => expect(link(publicUrl)).toBe(start + token));

  it.each([
    'javascript:alert(1)',
    'https://user@contoso.example',
    'https://contoso.example/?next=x',
    'https://contoso.example/#x',
  ])('is not made from %s', (publicUrl) => expect(() => link(publicUrl)).toThrow(TypeError));

  it.each(['', 'short', `${token}"><a href`, `${token}\r\nx`])('does not carry %j', (bad) => {
    expect(() => link('https://contoso.example', bad)).toThrow(TypeError);
  });
});

describe('dates', () => {
  it('are in the language and the time zone of the reader', () => {
    const text = (language: MailLanguage) =>
      renderMail('password-was-reset', samples['password-was-reset'], language).text;
    expect(text('en')).toContain('22 November 2026 at 18:30 GMT+9');
    expect(text('ja')).toContain('2026年11月22日 18:30 JST');
  });
});

describe('values of others', () => {
  it.each([
    ['a\r\nb', 'a b'],
    ['  a \t b  ', 'a b'],
    ['a\u202eb\u2066c', 'a b c'],
    ['a\u0000b', 'a b'],
    ['x'.repeat(200), `${'x'.repeat(119)}…`],
    ['😀'.repeat(121), `${'😀'.repeat(119)}…`],
  ])('%j become one line', (value, line) => expect(oneLine(value)).toBe(line));
});

describe('the language', () => {
  it.each([
    ['ja', 'ja'],
    ['ja-JP', 'ja'],
    ['JA_jp', 'ja'],
    ['en-GB', 'en'],
    ['de', 'en'],
    ['jav', 'en'],
    [undefined, 'en'],
    ['', 'en'],
  ])('of %s is %s', (tag, language) => expect(mailLanguage(tag)).toBe(language));

  it('cannot be forgotten: this file does not compile otherwise', () => {
    // @ts-expect-error a letter in every language
    template<object>({ en: () => ({ subject: '', preview: '', body: [], footer: [] }) });
    // @ts-expect-error no such mail
    const render = (): unknown => renderMail('no-such-mail', {}, 'en');
    // @ts-expect-error data of another mail
    const mixed = (): unknown => renderMail('verification-code', samples['password-was-reset'], 'en');
    expect([render, mixed]).toHaveLength(2);
  });
});

const tagsOf = (html: string): string[] => html.match(/<\/?[a-zA-Z!][^\s>]*/g) ?? [];
