import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { DirectorySignInBody, GonePeopleBody, PersonBody } from './agent.dto.js';

const wrongIn = <T extends object>(body: new () => T, given: object): string[] =>
  validateSync(plainToInstance(body, given), { whitelist: true, forbidNonWhitelisted: true }).map(
    ({ property }) => property,
  );

// One that is refused keeps everybody it is told with from being told, at every look.
it.each([
  '01234567-89ab-4def-8123-456789abcdef',
  '01234567-89ab-0def-0123-456789abcdef',
  'ffffffff-89ab-fdef-f123-456789abcdef',
])('takes %s as the id of a person wherever an agent names one', (userId) => {
  expect(wrongIn(PersonBody, { userId, disabled: false })).toEqual([]);
  expect(wrongIn(GonePeopleBody, { userIds: [userId] })).toEqual([]);
  expect(wrongIn(DirectorySignInBody, { userId, on: '2026-03-02' })).toEqual([]);
});

it('takes nothing else for one', () => {
  expect(wrongIn(DirectorySignInBody, { userId: 'alice', on: '2026-03-02' })).toEqual(['userId']);
});
