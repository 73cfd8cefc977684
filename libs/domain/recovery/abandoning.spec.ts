import { given } from '../testing.js';
import { recovery } from './recovery.js';
import { cancelled, issued, minute, passed, recoveryId, started } from './story.js';

const abandoning = { type: 'AbandonRecovery', data: { now: minute(3) } } as const;

describe('AbandonRecovery', () => {
  it('ends a recovery in which nothing was proved', () =>
    given(recovery, started())
      .when(abandoning)
      .then({
        type: 'RecoveryAbandoned',
        data: { recoveryId, outcome: { result: 'abandoned', reason: 'before-selecting-a-method' }, at: minute(3) },
      }));

  it('leaves alone one in which something was, and one that is over', () => {
    given(recovery, started(), issued('email', 1), passed('email', 1, 2))
      .when(abandoning)
      .thenNothing();
    given(recovery, started(), cancelled(2)).when(abandoning).thenNothing();
    given(recovery).when(abandoning).thenNothing();
  });
});
