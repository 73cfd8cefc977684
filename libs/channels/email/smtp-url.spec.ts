import { parseSmtpUrl } from './smtp-url.js';

it.each([
  ['smtp://mail.example', { host: 'mail.example', port: 587, secure: false, requireTls: false, loopback: false }],
  ['smtp://127.0.0.1:1025', { host: '127.0.0.1', port: 1025, loopback: true }],
  ['smtp://[::1]:25', { host: '::1', port: 25, loopback: true }],
  ['smtp://localhost:25', { host: 'localhost', loopback: true }],
  ['smtps://mail.example', { port: 465, secure: true }],
  ['smtps://user:p%40ss%2Fword@mail.example:466', { port: 466, user: 'user', password: 'p@ss/word' }],
  ['smtp://mail.example?requireTls=true', { requireTls: true }],
])('%s is read', (url, server) => expect(parseSmtpUrl(url)).toMatchObject(server));

it.each([
  '',
  'mail.example',
  'http://mail.example',
  'smtp://',
  'smtp://secret:secret@mail.example?tls=no',
  'smtp://x?requireTls=maybe',
])('%j stops the start with a sentence that tells no password', (url) => {
  expect(() => parseSmtpUrl(url)).toThrow(/SMTP_URL/);
  expect(() => parseSmtpUrl(url)).not.toThrow(/secret/);
});
