import { expect } from '@jest/globals';
import type { Answer, Any } from './journey';

/** ISO 8601 in UTC, as every time of the interface. */
export const instant: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/);
export const uuid: unknown = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
export const text: unknown = expect.stringMatching(/./);

/** A problem (RFC 9457) as the interface promises every refusal, with these details. */
export function expectProblem(answer: Answer<Any>, status: number, code: string, details: object = {}): void {
  expect({ status: answer.status, body: answer.body ?? answer.text }).toMatchObject({
    status,
    body: { type: text, title: text, status, code, ...details },
  });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json\b/);
  expect(answer.headers.get('www-authenticate')).toBeNull();
}

/** A problem that also says in whole seconds when to come back. */
export function expectProblemForNow(answer: Answer<Any>, status: number, code: string): void {
  expectProblem(answer, status, code);
  expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
}
