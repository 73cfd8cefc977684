import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { troubleOf } from '#libs/directory/directory-errors';
import { writebackResults } from '#libs/domain/writeback/writeback.events';
import { ReceiptBody } from './agent.dto.js';

const receipt = { writebackId: randomUUID(), writes: 0, fenced: true, doneAt: '2026-03-02T09:00:00.000Z' };
const wrongIn = (body: object) =>
  validateSync(plainToInstance(ReceiptBody, body), { whitelist: true, forbidNonWhitelisted: true });

it.each(writebackResults)('takes a receipt that says %s', (result) => {
  expect(wrongIn({ ...receipt, result })).toEqual([]);
});

// One that is refused would be told again and again.
it.each(['EAI_AGAIN', 'ERR_SOCKET_CLOSED', 'ERR_SSL_NO_PROTOCOLS_AVAILABLE', 'X'.repeat(80), '', '_'])(
  'takes whatever trouble an agent makes of %p',
  (code) => {
    const trouble = troubleOf(Object.assign(new Error('it went wrong'), { code }));
    expect(wrongIn({ ...receipt, result: 'unreachable', trouble })).toEqual([]);
  },
);
