import { classifyFailure, type SmtpFailure } from './delivery-result.js';

const failure = (command: string, response: string, change: SmtpFailure = {}): SmtpFailure => ({
  command,
  response,
  responseCode: Number(response.slice(0, 3)),
  ...change,
});

it.each([
  ['RCPT TO', '550 5.1.1 <a@b.example>: Recipient address rejected', 'refused', 'mailbox-unknown'],
  ['RCPT TO', '550 No such user', 'refused', 'mailbox-unknown'],
  ['RCPT TO', '550 5.7.1 Blocked by policy', 'refused', 'recipient-refused'],
  ['RCPT TO', '552 5.2.2 Over quota', 'refused', 'mailbox-full'],
  ['RCPT TO', '554 5.7.1 Relay access denied', 'refused', 'recipient-refused'],
  ['MAIL FROM', '553 5.1.8 Sender refused', 'refused', 'sender-refused'],
  ['DATA', '554 5.7.1 Spam', 'refused', 'content-refused'],
  ['DATA', '552 5.2.2 Over quota', 'refused', 'mailbox-full'],
  ['RCPT TO', '450 4.7.1 Greylisted', 'deferred', 'greylisted'],
  ['RCPT TO', '451 try again later', 'deferred', 'greylisted'],
  ['RCPT TO', '451 4.3.0 Internal error', 'deferred', 'temporarily-refused'],
  ['RCPT TO', '452 4.2.2 Mailbox full', 'deferred', 'mailbox-busy'],
  ['DATA', '451 4.3.0 Out of disk', 'deferred', 'temporarily-refused'],
  ['DATA', '503 5.5.1 Bad sequence', 'deferred', 'temporarily-refused'],
  ['RCPT TO', '421 4.7.0 Too many connections', 'deferred', 'server-not-ready'],
  ['CONN', '554 5.7.1 No SMTP service here', 'deferred', 'server-not-ready'],
  ['EHLO', '502 What?', 'deferred', 'server-not-ready'],
  ['AUTH PLAIN', '535 5.7.8 Bad credentials', 'deferred', 'sign-in-refused'],
] as const)('%s answered %s: %s, %s', (command, response, kind, reason) => {
  const result = classifyFailure(failure(command, response), false);
  expect(result).toMatchObject({ kind, reason, smtpCode: Number(response.slice(0, 3)) });
  expect(JSON.stringify(result)).not.toMatch(/example|policy|Spam/);
});

it.each([
  [{ code: 'ESOCKET', originalCode: 'ECONNREFUSED', command: 'CONN' }, 'connection-refused'],
  [{ code: 'ETIMEDOUT', command: 'CONN' }, 'timed-out'],
  [{ code: 'EABORT' }, 'timed-out'],
  [{ code: 'EDNS' }, 'host-not-found'],
  [{ code: 'ETLS' }, 'tls-failed'],
  [{ code: 'ECONNECTION' }, 'connection-lost'],
  [{ code: 'ESOCKET', originalCode: 'ECONNRESET' }, 'connection-lost'],
  [{}, 'connection-lost'],
])('%j without an answer is deferred as %s, unless all was handed over', (failed, reason) => {
  expect(classifyFailure(failed, false)).toEqual({ kind: 'deferred', reason });
  expect(classifyFailure(failed, true)).toEqual({ kind: 'deferred', reason: 'unknown-outcome' });
});
