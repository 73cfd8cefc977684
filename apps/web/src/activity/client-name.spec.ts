import { deviceName, networkName } from './client-name.js';
import { en } from './messages-en.js';

const client = (browser: string | null, system: string | null) => ({ browser, system, network: null });

it.each([
  [client('Firefox', 'Windows'), 'Firefox on Windows'],
  [client('Firefox', null), 'Firefox'],
  [client(null, 'iOS'), 'iOS'],
  [client(null, null), 'Unknown device'],
  [null, 'Unknown device'],
])('%j is called "%s"', (given, name) => expect(deviceName(given, en.sessions)).toBe(name));

it.each([
  ['203.0.0.0/16', '203.0.x.x'],
  ['10.0.0.0/16', '10.0.x.x'],
  ['198.51.0.0/16', '198.51.x.x'],
  ['2001:db8::/32', '2001:db8:x'],
])('the network %s is called "%s"', (network, name) => expect(networkName(network)).toBe(name));
