import { isMailAddress, parseSender } from './mail-address.js';

describe('a mail address', () => {
  it.each([
    'a@b.example',
    'first.last+tag@sub.home.example',
    "o'brien_x-y@example.co.jp",
    'user@xn--r8jz45g.example',
    'root@localhost',
    `${'a'.repeat(64)}@${'b'.repeat(63)}.example`,
  ])('may be %s', (address) => expect(isMailAddress(address)).toBe(true));

  it.each([
    // CVE-2025-13033: a quoted local part read as two addresses
    ['"xclow3n@gmail.com x"@internal.domain'],
    ['"xclow3n@gmail.com"@internal.domain'],
    ['"victim@home.example,attacker"@evil.example'],
    // CVE-2022-35924: lists
    ['attacker@evil.example,victim@corp.example'],
    ['attacker@evil.example;victim@corp.example'],
    ['attacker@evil.example victim@corp.example'],
    ['victim@corp.example\r\nBcc: attacker@evil.example'],
    ['victim@corp.example\n'],
    ['victim@corp.example>\r\nRCPT TO:<attacker@evil.example'],
    ['<victim@corp.example>'],
    ['Victim <victim@corp.example>'],
    ['victim@corp.example (attacker@evil.example)'],
    ['group: a@x.example, b@x.example;'],
    // routes of the old days
    ['@evil.example:victim@corp.example'],
    ['victim%corp.example@evil.example'],
    ['evil.example!victim@corp.example'],
    ['victim@corp.example@evil.example'],
    ['a\\@b@corp.example'],
    // forms that programs read differently
    ['victim@[127.0.0.1]'],
    ['victim@corp..example'],
    ['.victim@corp.example'],
    ['victim.@corp.example'],
    ['vic..tim@corp.example'],
    ['victim@-corp.example'],
    ['victim@corp_x.example'],
    ['victim@corp.example.'],
    ['victim@corp.exampleé'],
    ['victim@例え.example'],
    ['vıctim@corp.example'],
    ['victim\u0000@corp.example'],
    ['victim\u200b@corp.example'],
    ['victim＠corp.example'],
    ['victim'],
    ['@corp.example'],
    ['victim@'],
    [''],
    [`${'a'.repeat(65)}@corp.example`],
    [`a@${'b.'.repeat(130)}example`],
    // CVE-2023-7028: no string at all
    [['victim@corp.example', 'attacker@evil.example']],
    [{ address: 'victim@corp.example' }],
    [null],
    [undefined],
    [0],
  ])('is not %j', (address) => expect(isMailAddress(address)).toBe(false));
});

describe('the sender', () => {
  it.each([
    ['no-reply@x.example', { name: '', address: 'no-reply@x.example' }],
    ['Keyturn <no-reply@x.example>', { name: 'Keyturn', address: 'no-reply@x.example' }],
    ['"Keyturn, Inc." <no-reply@x.example>', { name: 'Keyturn, Inc.', address: 'no-reply@x.example' }],
    ['鍵 <no-reply@x.example>', { name: '鍵', address: 'no-reply@x.example' }],
  ])('is read from %s', (from, sender) => expect(parseSender(from)).toEqual(sender));

  it.each([
    '',
    'Keyturn',
    'a@b.example, c@d.example',
    'X <a@b.example> <c@d.example>',
    'X\r\nBcc: e@f.example <a@b.example>',
  ])('is not %j', (from) => expect(() => parseSender(from)).toThrow('MAIL_FROM'));
});
