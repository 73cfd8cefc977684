import { eventStoreUrl, hostName, networks, sender, url } from './setting-parsers.js';

describe('the connection string of the event store', () => {
  it.each([
    'esdb://127.0.0.1:2113?tls=false',
    'esdb://node1:2113,node2:2113,node3:2113?tls=true&nodePreference=leader',
    'esdb+discover://admin:changeit@cluster.example:2113',
    'kurrentdb://store.example',
    'kurrentdb+discover://store.example/?tls=true',
  ])('may be %s', (text) => expect(eventStoreUrl(text)).toBe(text));

  it.each(['http://node1:2113', 'esdb://', 'esdb://node1:port', 'esdb://node1?tls', 'esdb://a b', 'esdb://node1,'])(
    'is not %s',
    (text) => expect(() => eventStoreUrl(text)).toThrow('connection string'),
  );
});

describe('addresses that are listened on, believed or sent from', () => {
  it.each(['127.0.0.1', '0.0.0.0', '::1', '[::]', 'localhost', 'api-1.keyturn.example'])('%s is a host', (text) =>
    expect(hostName(text)).toBe(text),
  );
  it.each(['not a host', 'http://x', '-x', '127.0.0.1:80'])('%s is none', (text) =>
    expect(() => hostName(text)).toThrow(),
  );

  it('networks are told apart by commas', () => {
    const parts = ['10.0.0.0/8', '192.168.1.7', 'fd00::/8', 'loopback'];
    expect(networks(parts.join(' , '))).toEqual(parts);
  });
  it.each(['10.0.0.0/33', 'the proxy', '10.0.0/8', '::1/129', '10.0.0.0/8/8'])('%s is no network', (text) =>
    expect(() => networks(text)).toThrow(text),
  );

  it.each(['no-reply@example.com', 'Example <no-reply@example.com>'])('%s sends', (text) =>
    expect(sender(text)).toBe(text),
  );
  it.each(['nobody', 'Example <nobody>', 'a@b c', 'x@example.com\r\nBcc: y@example.com'])('%j does not', (text) =>
    expect(() => sender(text)).toThrow(),
  );
});

describe('other addresses', () => {
  it('name a host, but for a socket of PostgreSQL', () => {
    expect(() => url('smtp:')('smtp://')).toThrow('host');
    expect(url('postgres:')('postgres:///keyturn?host=/run/postgresql')).toContain('/run');
  });

  it('are never repeated when they are refused', () =>
    expect(() => url('smtps:')('smtp://me:hunter2@mail.example')).toThrow(/^must be an address beginning with smtps:/));
});
