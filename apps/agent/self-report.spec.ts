import { hostname } from 'node:os';
import type { AgentReport } from '#libs/directory/protocol/agent-report';
import { SelfReport } from './self-report.js';
import { readAgentSettings } from './settings.js';

const settings = readAgentSettings({
  AGENT_API_URL: 'https://reset.example.com',
  LDAP_KIND: 'openldap',
  LDAP_URL: 'ldaps://ldap.example.com:1636',
  LDAP_BIND_DN: 'cn=svc,dc=example,dc=com',
  LDAP_BIND_PASSWORD: 'canary-bind-password',
  LDAP_BASE_DN: 'dc=example,dc=com',
  LDAP_FENCE_ATTRIBUTE: 'employeeNumber',
  LDAP_PROTECTED_GROUPS: 'cn=admins,dc=example,dc=com',
});

describe('what an agent tells of itself', () => {
  let minute: number;
  let self: SelfReport;
  let lines: string[];
  let report: ReturnType<SelfReport['hearing']>;
  beforeEach(() => {
    minute = 0;
    lines = [];
    self = new SelfReport(settings, () => new Date(Date.UTC(2026, 2, 2, 9, minute)));
    report = self.hearing((event) => lines.push(event));
  });

  it('names the machine, and the directory it is set up for, and no secret', () => {
    expect(self.report()).toMatchObject({
      machine: hostname(),
      directory: {
        kind: 'openldap',
        host: 'ldap.example.com:1636',
        fenceAttribute: 'employeeNumber',
        fenced: true,
        protectedGroups: 1,
        state: 'looking',
      },
      troubles: [],
    });
    expect(JSON.stringify(self.report())).not.toMatch(/canary|svc|dc=/);
  });

  it('follows what it reports to its log', () => {
    report('directory-trouble', { trouble: 'econnrefused' });
    minute = 1;
    report('directory-trouble', { trouble: 'etimedout' });
    expect(self.report().directory).toMatchObject({ state: 'away', trouble: 'etimedout', since: at(0) });
    minute = 2;
    report('directory-ready');
    expect(self.report().directory).toMatchObject({ state: 'ready', since: at(2) });
    expect(self.report().directory).not.toHaveProperty('trouble');
    expect(lines).toEqual(['directory-trouble', 'directory-trouble', 'directory-ready']);
  });

  it('keeps the last warnings and errors, one of each kind', () => {
    report('platform-trouble', { trouble: '503 unavailable' });
    report('not-written', { writebackId: 'write-1', trouble: 'ldap-51' });
    report('written', { writebackId: 'write-2', result: 'succeeded' });
    report('nobody-protected');
    minute = 3;
    report('platform-trouble', { trouble: '503 unavailable' });
    expect(self.report().troubles).toEqual([
      { at: at(3), eventId: 'KTA-120', trouble: '503 unavailable' },
      { at: at(0), eventId: 'KTA-208', trouble: 'ldap-51', writebackId: 'write-1' },
    ]);
  });

  it('counts the people it saw, and what became of those it told', () => {
    self.looked(7);
    report('people', { people: 3, created: 2, unchanged: 0, conflicts: 1 });
    const told = { at: at(0), created: 2, linked: 0, updated: 0, passedOver: 0, unusable: 0, conflicts: 1 };
    expect(self.report().directory.people).toEqual({ seen: 7, at: at(0), told });
    minute = 1;
    self.looked(8);
    expect(self.report().directory.people).toEqual({ seen: 8, at: at(1), told });
  });

  it('is told at the start and when something changed, and a platform that is away does not end it', async () => {
    const stop = new AbortController();
    const told: AgentReport[] = [];
    const heard: (() => void)[] = [];
    const platform = {
      call: (_method: string, _path: string, body?: object): Promise<unknown> => {
        told.push(body as AgentReport);
        heard.shift()?.();
        return told.length === 1 ? Promise.reject(new Error('away')) : Promise.resolve({});
      },
    };
    const next = (): Promise<void> => new Promise((resolve) => heard.push(resolve));
    const first = next();
    const running = self.run(platform, stop.signal);
    await first;
    const second = next();
    report('directory-ready');
    await second;
    stop.abort();
    await running;
    expect(told.map(({ directory }) => directory.state)).toEqual(['looking', 'ready']);
  });
});

const at = (minute: number): string => new Date(Date.UTC(2026, 2, 2, 9, minute)).toISOString();
