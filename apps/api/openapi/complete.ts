import type { OpenAPIObject } from '@nestjs/swagger';
import { problemTypes, type ProblemCode } from '../problems.js';
import { problemSchema } from './answers.js';

type Operations = OpenAPIObject['paths'][string];
type Operation = NonNullable<Operations['post']>;

/** What holds for every operation: how it refuses, and that a POST may be sent again. */
export function completed(document: OpenAPIObject): OpenAPIObject {
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const operation of operationsOf(operations)) operation.responses['default'] = refusal;
    if (operations.post && !path.startsWith('/api/v1/telecom/'))
      (operations.post.parameters ??= []).push(idempotencyKey);
  }
  (document.components ??= {}).schemas = { ...document.components.schemas, Problem: anyProblem };
  return document;
}

const operationsOf = ({ get, put, post, delete: remove, patch }: Operations): Operation[] =>
  [get, put, post, remove, patch].filter((operation) => operation !== undefined);

const anyProblem = problemSchema(Object.keys(problemTypes) as ProblemCode[]);

const refusal = {
  description: 'A problem (RFC 9457); `code` says which.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'A repetition with the same key and body within 24 hours is answered as the first one was; another body is refused.',
  schema: { type: 'string' as const, format: 'uuid' },
} as const;
