import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { troubleOf } from '#libs/directory/directory-errors';
import { AgentReportBody } from './agent-report.dto.js';

const at = '2026-03-02T09:00:00.000Z';
const told = { at, created: 7, linked: 0, updated: 0, passedOver: 1, unusable: 0, conflicts: 1 };
const directory = {
  kind: 'openldap',
  host: 'ldap.example.com:1636',
  fenceAttribute: 'employeeNumber',
  fenced: true,
  protectedGroups: 0,
  state: 'ready',
  since: at,
  people: { seen: 7, at, told },
};
const report = { version: '0.1.0', machine: 'エージェント-01', directory, troubles: [] };
const isTaken = (body: object): boolean =>
  validateSync(plainToInstance(AgentReportBody, body), { whitelist: true, forbidNonWhitelisted: true }).length === 0;

describe('what an agent tells of itself', () => {
  it('is taken, with people and without', () => {
    expect(isTaken(report)).toBe(true);
    const { people: _, ...unread } = directory;
    expect(isTaken({ ...report, directory: { ...unread, state: 'away', trouble: 'econnrefused' } })).toBe(true);
  });

  // One that is refused would be told again and again.
  it.each(['EAI_AGAIN', 'ERR_SSL_NO_PROTOCOLS_AVAILABLE', 'X'.repeat(80), '_'])('takes %p as a trouble', (code) => {
    const trouble = troubleOf(Object.assign(new Error('it went wrong'), { code }));
    const troubles = [
      { at, eventId: 'KTA-208', trouble, writebackId: randomUUID() },
      { at, eventId: 'KTA-120', trouble: '503 unavailable' },
    ];
    expect(isTaken({ ...report, directory: { ...directory, trouble }, troubles })).toBe(true);
  });

  it.each<[string, object]>([
    ['nothing', {}],
    ['no directory', { ...report, directory: undefined }],
    ['a list for the directory', { ...report, directory: [] }],
    ['an unknown field', { ...report, name: 'x' }],
    ['an unknown field inside', { ...report, directory: { ...directory, bindDn: 'cn=svc' } }],
    ['an event that is none', { ...report, troubles: [{ at, eventId: 'KTA-1' }] }],
    ['the text of an answer', { ...report, troubles: [{ at, eventId: 'KTA-111', trouble: 'Alice: no such object' }] }],
    ['too many troubles', { ...report, troubles: Array(21).fill({ at, eventId: 'KTA-111' }) }],
    ['a line break in a name', { ...report, machine: 'a\nb' }],
    ['less than nobody', { ...report, directory: { ...directory, people: { seen: -1, at } } }],
  ])('is refused with %s', (_, body) => {
    expect(isTaken(body)).toBe(false);
  });
});
