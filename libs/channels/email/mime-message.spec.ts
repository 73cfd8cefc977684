import PostalMime from 'postal-mime';
import { mimeMessage, type MessageContent } from './mime-message.js';

const content = (change: Partial<MessageContent> = {}): MessageContent => ({
  messageId: '<m1@x.example>',
  date: new Date('2026-11-22T09:30:00Z'),
  from: { name: 'Keyturn', address: 'no-reply@x.example' },
  to: 'a@b.example',
  subject: 'Your code',
  text: 'Hello\n.\nBye',
  html: '<p>Hello</p>',
  headers: { 'Content-Language': 'en' },
  ...change,
});
const read = (change: Partial<MessageContent> = {}) => PostalMime.parse(mimeMessage(content(change)));

describe('a mail on the wire', () => {
  it('reads as it was written', async () => {
    expect(await read()).toMatchObject({
      messageId: '<m1@x.example>',
      date: '2026-11-22T09:30:00.000Z',
      from: { name: 'Keyturn', address: 'no-reply@x.example' },
      to: [{ address: 'a@b.example' }],
      subject: 'Your code',
      text: 'Hello\n.\nBye\n',
      html: '<p>Hello</p>\n',
    });
  });

  it('carries Japanese, emoji and long subjects', async () => {
    const subject = `【株式会社コントソ】確認コードのお知らせ🔑 ${'長い'.repeat(60)}`;
    const text = 'コードは 1234 です。\n'.repeat(40);
    const from = { name: '鍵の回転, "K"', address: 'no-reply@x.example' };
    const email = await read({ subject, text, html: `<p>${text}</p>`, from });
    expect(email).toMatchObject({ subject, from });
    expect(email.text?.replaceAll('\r\n', '\n')).toBe(text);
    expect(email.html).toContain('コードは 1234 です。');
  });

  it('keeps to the line lengths of RFC 5322 and to ASCII', () => {
    const bytes = mimeMessage(content({ subject: '件名'.repeat(100), html: `<p>${'x'.repeat(5_000)}</p>`, text: 'é' }));
    const lines = bytes.toString('latin1').split('\r\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(78);
    expect(bytes.every((byte) => byte < 128)).toBe(true);
    expect(bytes.toString('latin1')).not.toMatch(/[^\r]\n|\r[^\n]/);
  });

  it('is the same bytes for the same content', () => {
    expect(mimeMessage(content()).equals(mimeMessage(content()))).toBe(true);
  });

  it.each([
    'Hi\r\nBcc: evil@evil.example',
    'Hi\nBcc: evil@evil.example',
    'Hi\rBcc: x',
    'Hi\u2028Bcc: x',
    'Hi\r\n\r\n<script>',
  ])('has no second header in the subject %j', async (subject) => {
    const email = await read({ subject });
    expect(email.bcc).toBeUndefined();
    expect(email.headers.map(({ key }) => key)).toEqual([
      'from',
      'to',
      'subject',
      'message-id',
      'date',
      'content-language',
      'mime-version',
      'content-type',
    ]);
  });

  it('refuses headers that are none', () => {
    for (const headers of [{ 'X-Evil': 'a\r\nBcc: b' }, { 'X Evil': 'a' }, { 'X:': 'a' }, { 'X-Evil': 'é' }]) {
      expect(() => mimeMessage(content({ headers }))).toThrow(TypeError);
    }
  });
});
