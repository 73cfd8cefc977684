import { randomUUID } from 'node:crypto';
import { refusal } from './job-shapes.js';

const ids = { recoveryId: randomUUID(), deliveryId: randomUUID() };
const job = (data: object, name = 'deliver-challenge', queue = 'email') => ({ queue, name, data });

describe('a job', () => {
  it.each([
    ['a challenge', job(ids)],
    ['a notice', job({ accountId: randomUUID(), revision: 7, deliveryId: randomUUID() }, 'deliver-notice')],
  ])('is taken when it is %s', (_, good) => expect(refusal(good)).toBeUndefined());

  it.each([
    ['of an unknown name', job(ids, 'deliver-everything'), 'nobody knows its name'],
    ['named like an inherited property', job(ids, 'constructor'), 'nobody knows its name'],
    ['in a queue of nobody', job(ids, 'deliver-challenge', 'fax'), 'nobody takes jobs from the queue fax'],
    ['with a code', job({ ...ids, code: '12345678' }), 'deliver-challenge carries 1 unknown field(s)'],
    ['with a field missing', job({ recoveryId: ids.recoveryId }), 'deliver-challenge has no valid deliveryId'],
    [
      'with an address for an id',
      job({ ...ids, deliveryId: 'anna@home.example' }),
      'deliver-challenge has no valid deliveryId',
    ],
    [
      'with a negative revision',
      job({ accountId: randomUUID(), revision: -1, deliveryId: randomUUID() }, 'deliver-notice'),
      'deliver-notice has no valid revision',
    ],
    [
      'with nothing',
      { queue: 'email', name: 'deliver-challenge', data: null as never },
      'deliver-challenge carries no object',
    ],
  ])('is refused %s, without a word of what it holds', (_, wrong, reason) => expect(refusal(wrong)).toBe(reason));
});
