import { mostTroubles, type AgentReport, type ReportedTrouble } from '#libs/directory/protocol/agent-report';
import { remembering } from './note-agent-report.js';

const minute = (n: number): string => new Date(Date.UTC(2026, 2, 2, 9, n)).toISOString();
const report = (troubles: readonly ReportedTrouble[] = [], directory: object = {}): AgentReport => ({
  version: '0.1.0',
  machine: 'dc-agent-01',
  directory: {
    kind: 'ad',
    host: 'dc1.example.com',
    fenceAttribute: 'adminDescription',
    fenced: true,
    protectedGroups: 0,
    state: 'ready',
    since: minute(0),
    ...directory,
  },
  troubles,
});
const away = { eventId: 'KTA-111', trouble: 'econnrefused' };

describe('what an agent told before', () => {
  it('is not forgotten when it was started anew', () => {
    const before = report([{ at: minute(1), ...away }], { people: { seen: 7, at: minute(1), told: imported } });
    const now = remembering(before, report([{ at: minute(3), eventId: 'KTA-402' }]));
    expect(now.troubles.map(({ eventId }) => eventId)).toEqual(['KTA-402', 'KTA-111']);
    expect(now.directory.people).toEqual({ seen: 7, at: minute(1), told: imported });
    const looked = remembering(before, report([], { people: { seen: 8, at: minute(4) } }));
    expect(looked.directory.people).toEqual({ seen: 8, at: minute(4), told: imported });
  });

  it('gives way to what it says now', () => {
    const before = report([{ at: minute(1), ...away }], { state: 'away', trouble: 'econnrefused' });
    const now = remembering(before, report([{ at: minute(5), ...away }], { state: 'ready' }));
    expect(now.troubles).toEqual([{ at: minute(5), ...away }]);
    expect(now.directory).not.toHaveProperty('trouble');
  });

  it('ends somewhere', () => {
    const many = Array.from({ length: mostTroubles }, (_, n) => ({ at: minute(n), eventId: `KTA-${200 + n}` }));
    const { troubles } = remembering(report(many), report([{ at: minute(59), ...away }]));
    expect([troubles.length, troubles[0]?.eventId, troubles.at(-1)?.eventId]).toEqual([20, 'KTA-111', 'KTA-201']);
  });
});

const imported = { at: minute(1), created: 7, linked: 0, updated: 0, passedOver: 1, unusable: 0, conflicts: 1 };
