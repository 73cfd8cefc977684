import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { problemTypes, type ProblemCode } from '../problems.js';
import type { Schema } from './schema.js';

type Status = 200 | 201 | 202 | 503;

/** What an operation answers when all is well; JSON unless said otherwise. */
export const Answers = (status: Status | readonly Status[], schema: Schema, type = 'application/json') =>
  applyDecorators(
    ...[status].flat().map((one) => ApiResponse({ status: one, description: '', content: { [type]: { schema } } })),
  );

/** Which refusals belong to this operation; others may come from what stands before it. */
export function Refuses(...codes: readonly ProblemCode[]) {
  const byStatus = Map.groupBy(codes, (code) => problemTypes[code].status);
  return applyDecorators(
    ...[...byStatus].map(([status, some]) =>
      ApiResponse({
        status,
        description: some.map((code) => `\`${code}\`: ${problemTypes[code].title}`).join('. '),
        ...(some.some(saysWhen) && { headers: retryAfter }),
        content: { 'application/problem+json': { schema: problemSchema(some) } },
      }),
    ),
  );
}

const saysWhen = (code: ProblemCode): boolean => [429, 503].includes(problemTypes[code].status);

const retryAfter = { 'Retry-After': { description: 'in how many seconds', schema: { type: 'integer' as const } } };

/** A problem (RFC 9457) with one of these codes. */
export function problemSchema(codes: readonly ProblemCode[]): Schema {
  return {
    type: 'object',
    required: ['type', 'title', 'status', 'code'],
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      code: { type: 'string', enum: [...codes] },
      ...Object.fromEntries(codes.flatMap((code) => shownBy(code).map((detail) => [detail, details[detail] ?? {}]))),
    },
  };
}

const shownBy = (code: ProblemCode): readonly string[] => {
  const type = problemTypes[code];
  return 'shows' in type ? type.shows : [];
};

/** What a refusal may say beside its code. */
const details: Readonly<Record<string, Schema>> = {
  blockedUntil: { type: 'string', format: 'date-time' },
  changeToken: { type: 'string' },
  contact: { type: 'string', nullable: true, description: 'whom to ask' },
  errors: {
    type: 'array',
    items: {
      type: 'object',
      properties: { field: { type: 'string' }, rules: { type: 'array', items: { type: 'string' } } },
    },
  },
  field: { type: 'string' },
  reasons: { type: 'array', items: { type: 'string' } },
  rules: { type: 'object', description: "the directory's own, as far as its agent could read them" },
  supportCode: { type: 'string' },
  triesLeft: { type: 'integer' },
  until: { type: 'string', format: 'date-time' },
};
