import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enrol } from './enrol.js';
import { Platform } from './platform.js';
import { readAgentSettings } from './settings.js';

it('an identity is as old as the platform says, whatever the clock of this machine', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'keyturn-enrol-'));
  const hours = 3_600_000;
  const now = new Date(Date.now() - 9 * hours).toISOString();
  const id = '00000000-0000-4000-8000-000000000001';
  const answer = { now, agentId: id, tenantId: id, platformKey: { keyId: 'p', key: 'p' } };
  const server = createServer((_, response) => {
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ldap = { LDAP_URL: 'ldaps://dc1', LDAP_BIND_DN: 'cn=svc', LDAP_BIND_PASSWORD: 'x', LDAP_BASE_DN: 'dc=probe' };
    const own = { AGENT_API_URL: url, AGENT_ENROLMENT_CODE: 'code', AGENT_DATA_DIR: dataDir };
    const identity = await enrol(readAgentSettings({ ...own, ...ldap }), new Platform(new URL(url), () => undefined));
    for (const since of [identity.identitySince, identity.sealingSince]) {
      expect(Math.abs(since.getTime() - Date.parse(now))).toBeLessThan(60_000);
    }
  } finally {
    server.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});
