import { isFromThisMachine } from './guard.js';

const asked = (headers: Record<string, string>, method = 'GET', url = '/outside/api/mail') =>
  isFromThisMachine({ method, url, headers: { host: 'localhost:8080', ...headers } });

describe('the guard of the simulated world', () => {
  it.each(['localhost', 'localhost:8080', '127.0.0.1', '127.0.0.1:8080', '[::1]', '[::1]:8080', 'LOCALHOST:80'])(
    'answers to %s',
    (host) => expect(asked({ host })).toBe(true),
  );

  it.each([
    '',
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    '127.0.0.2',
    '0.0.0.0',
    '10.0.0.1',
    'localhost:8080@evil.example',
    '::1',
    '[::ffff:127.0.0.1]',
    'localhost ',
    'localhost,evil.example',
    '127.1',
    '2130706433',
  ])('does not answer to %j', (host) => expect(asked({ host })).toBe(false));

  it('does not answer without a host', () => {
    expect(isFromThisMachine({ method: 'GET', url: '/outside', headers: {} })).toBe(false);
  });

  it.each([
    'forwarded',
    'via',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-forwarded',
    'x-real-ip',
    'x-host',
    'x-original-host',
    'x-original-url',
    'x-client-ip',
    'true-client-ip',
    'cf-connecting-ip',
  ])('does not answer through %s', (name) => expect(asked({ [name]: '127.0.0.1' })).toBe(false));

  it('does not answer to an absolute request line', () => {
    expect(asked({}, 'GET', 'http://localhost/outside')).toBe(false);
  });

  it.each([
    [{}, true],
    [{ origin: 'http://localhost:8080' }, true],
    [{ origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' }, true],
    [{ origin: 'http://localhost:9090' }, false],
    [{ origin: 'http://127.0.0.1:8080' }, false],
    [{ origin: 'https://evil.example' }, false],
    [{ origin: 'null' }, false],
    [{ origin: '' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{ 'sec-fetch-site': 'same-site' }, false],
  ] as [Record<string, string>, boolean][])('lets a write with %j through: %s', (headers, through) => {
    expect(asked(headers, 'POST')).toBe(through);
    expect(asked(headers, 'DELETE')).toBe(through);
  });
});
