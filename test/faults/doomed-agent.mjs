// Points of a writeback at which an agent can be told to end, and a clock of its machine that a test can put forward.
import { readFileSync } from 'node:fs';
import { Client } from 'ldapts';
import { Journal } from '#apps/agent/journal';
import { Platform } from '#apps/agent/platform';
import { doomed } from './doom.mjs';

doomed(Journal.prototype, 'begin', () => ['beginning']);
doomed(Journal.prototype, 'intend', () => ['intending']);
doomed(Client.prototype, 'modify', () => ['modify']);
doomed(Journal.prototype, 'conclude', () => ['concluding']);
doomed(Platform.prototype, 'call', (_platform, [, path]) => (path === '/api/v1/agent/receipts' ? ['telling'] : []));

const ahead = process.env.KEYTURN_TEST_AHEAD;
if (ahead) {
  const real = Date.now;
  Date.now = () => {
    try {
      return real() + Number(readFileSync(ahead, 'utf8'));
    } catch {
      return real();
    }
  };
}
