import { openWritebacks } from './open-writebacks.js';
import { logged, rowsFrom } from './testing.js';

const [writebackId, tenantId] = ['writeback-1', 'tenant-1'];
const deadline = '2026-01-01T10:02:00.000Z';
const offered = (offer = 1) =>
  logged('writeback-writeback-1', 'WritebackOffered', { writebackId, tenantId, deadline, offer });
const leased = (agentId: string) => logged('writeback-writeback-1', 'WritebackLeased', { writebackId, agentId });
const returned = (agentId: string) =>
  logged('writeback-writeback-1', 'WritebackReturned', { writebackId, tenantId, agentId });
const untouched = (agentId: string) => logged('writeback-writeback-1', 'WritebackUntouched', { writebackId, agentId });
const row = (...events: Parameters<typeof rowsFrom>[1][]) => rowsFrom(openWritebacks, ...events)[0];

describe('open writebacks', () => {
  it('knows who has one, and who had it and was not heard of', () => {
    expect(row(offered())).toMatchObject({ offered: true, agent_id: null, unheard: [] });
    expect(row(offered(), leased('a'))).toMatchObject({ offered: false, agent_id: 'a', unheard: ['a'] });
    const passedOn = [offered(), leased('a'), offered(2), leased('b')];
    expect(row(...passedOn)).toMatchObject({ offered: false, agent_id: 'b', unheard: ['a', 'b'] });
    expect(row(...passedOn, untouched('a'))).toMatchObject({ agent_id: 'b', unheard: ['b'] });
    expect(row(...passedOn, returned('b'))).toMatchObject({ offered: true, agent_id: null, unheard: ['a'] });
  });

  it('names one that had it twice once', () => {
    expect(row(offered(), leased('a'), offered(2), leased('a'))).toMatchObject({ unheard: ['a'] });
  });

  it('forgets it with its end', () => {
    for (const type of ['WritebackReported', 'WritebackExpired', 'WritebackLost'] as const)
      expect(row(offered(), logged('writeback-writeback-1', type, { writebackId }))).toBeUndefined();
  });
});
