import { Troubles } from './troubles.js';

describe('trouble that lasts', () => {
  let now: number;
  let told: string[];
  let troubles: Troubles;

  beforeEach(() => {
    [now, told] = [0, []];
    troubles = new Troubles(
      (event, { trouble } = {}) => void told.push([event, trouble].filter(Boolean).join(' ')),
      () => now,
    );
  });

  it('is told when it begins and when it becomes another, not at every try', () => {
    for (let n = 0; n < 100; n++) troubles.report('platform-trouble', { trouble: '0 unreachable' });
    troubles.report('platform-trouble', { trouble: '503 unavailable' });
    troubles.report('platform-trouble', { trouble: '0 unreachable' });
    expect(told).toEqual(['platform-trouble 0 unreachable', 'platform-trouble 503 unavailable']);
  });

  it('is told once more after ten minutes', () => {
    troubles.report('identity-refused', { trouble: '401 agent-invalid' });
    now = 599_999;
    troubles.report('identity-refused', { trouble: '401 agent-invalid' });
    now = 600_000;
    troubles.report('identity-refused', { trouble: '401 agent-invalid' });
    expect(told).toHaveLength(2);
  });

  it('is followed by a word that it is over, once, and then begins anew', () => {
    troubles.allIsWell();
    troubles.report('platform-trouble', { trouble: '0 unreachable' });
    troubles.allIsWell();
    troubles.allIsWell();
    troubles.report('platform-trouble', { trouble: '0 unreachable' });
    expect(told).toEqual(['platform-trouble 0 unreachable', 'platform-ready', 'platform-trouble 0 unreachable']);
  });

  it('leaves everything else alone', () => {
    troubles.report('written', {});
    troubles.report('written', {});
    expect(told).toEqual(['written', 'written']);
  });
});
