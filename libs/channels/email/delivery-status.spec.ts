import { reportOf } from './delivery-report.js';
import { bounceReason, readReturnedMail } from './delivery-status.js';

const tag = `notice.${'a'.repeat(36)}.1.${'m'.repeat(43)}`;
const original = `From: a@keyturn.example\r\nTo: person@home.example\r\nX-Keyturn-Delivery: ${tag}\r\nSubject: x`;
const read = (raw: string) => readReturnedMail(Buffer.from(raw));
const report = (change: (raw: string) => string = (raw) => raw) =>
  read(change(reportOf('Person@Home.example', `${original}\r\n\r\nbody`)));

describe('a delivery status notification', () => {
  it('tells which mail came back, and why', async () => {
    expect(await report()).toEqual({ tag, status: '5.1.1', recipient: 'person@home.example' });
  });

  it('is understood with bare line ends, folded fields and the whole mail given back', async () => {
    expect(await report((raw) => raw.replaceAll('\r\n', '\n'))).toMatchObject({ tag, status: '5.1.1' });
    expect(await report((raw) => raw.replace('Status: 5.1.1', 'Status:\r\n 5.2.2 (full)'))).toMatchObject({
      status: '5.2.2',
    });
    const whole = await report((raw) => raw.replace('text/rfc822-headers', 'message/rfc822'));
    expect(whole).toMatchObject({ tag });
    const folded = await report((raw) => raw.replace(`X-Keyturn-Delivery: ${tag}`, `X-Keyturn-Delivery:\r\n ${tag}`));
    expect(folded).toMatchObject({ tag });
  });

  it.each<[string, (raw: string) => string]>([
    ['of delay', (raw) => raw.replace('Action: failed', 'Action: delayed')],
    ['of success', (raw) => raw.replace('Action: failed', 'Action: delivered')],
    ['without a status', (raw) => raw.replace('Status: 5.1.1', 'Status: no')],
    ['about another mail', (raw) => raw.replace('X-Keyturn-Delivery', 'X-Other')],
    ['without the mail', (raw) => raw.replace('text/rfc822-headers', 'text/plain')],
    ['that is none', (raw) => raw.replace('message/delivery-status', 'text/plain')],
  ])('%s is nothing to us', async (_, change) => expect(await report(change)).toBeUndefined());

  it.each(['', 'x', 'Subject: out of office\r\n\r\nBack on Monday.', '\0\u0001'.repeat(1_000)])(
    'is not whatever else arrives',
    async (raw) => expect(await read(raw)).toBeUndefined(),
  );
});

it.each([
  ['5.1.1', 'mailbox-unknown'],
  ['5.2.2', 'mailbox-full'],
  ['5.7.1', 'content-refused'],
  ['5.4.4', 'returned'],
  ['5.1.10', 'returned'],
])('%s means %s', (status, reason) => expect(bounceReason(status)).toBe(reason));
