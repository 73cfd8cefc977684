import { given } from '../testing.js';
import { hours, plus, type Instant } from '../time.js';
import { account, decoy, type AccountCommand } from './account.js';
import type { AccountEvent } from './account.events.js';

const start: Instant = '2026-03-02T09:00:00.000Z';
const ids = ['first-pet', 'first-teacher', 'first-book'];

const drawing = (now: Instant, questionIds: readonly string[] = ids): AccountCommand => ({
  type: 'DrawQuestions',
  data: { questionIds, now },
});

const drawn = (at: Instant, questionIds: readonly string[] = ids): AccountEvent => ({
  type: 'QuestionsDrawn',
  data: { accountId: '', questionIds, expiresAt: plus(at, hours(24)), at },
});

const tried = (family: 'questions' | 'email'): AccountEvent => ({
  type: 'ProofReserved',
  data: {
    accountId: '',
    reservationId: 'try-1',
    recoveryId: 'recovery-1',
    family,
    source: 'source-1',
    proven: false,
    at: start,
  },
});

const settled = (result: 'passed' | 'failed'): AccountEvent => ({
  type: 'ProofSettled',
  data: { accountId: '', reservationId: 'try-1', recoveryId: 'recovery-1', result, at: start },
});

const others = ['first-car', 'first-sea', 'first-job-boss'];

describe.each([
  ['an account', account],
  ['a name nobody has', decoy],
])('questions drawn for %s', (_, decider) => {
  it('stay, whatever else is drawn', () => {
    given(decider).when(drawing(start)).then(drawn(start));
    given(decider, drawn(start))
      .when(drawing(plus(start, hours(23)), others))
      .thenNothing();
  });

  it('are drawn anew after a day', () => {
    const later = plus(start, hours(24));
    given(decider, drawn(start)).when(drawing(later, others)).then(drawn(later, others));
  });

  it('stay after a wrong answer, and go with the right one', () => {
    given(decider, drawn(start), tried('questions'), settled('failed')).when(drawing(start, others)).thenNothing();
    given(decider, drawn(start), tried('email'), settled('passed')).when(drawing(start, others)).thenNothing();
    given(decider, drawn(start), tried('questions'), settled('passed'))
      .when(drawing(start, others))
      .then(drawn(start, others));
  });
});
