import type { FastifyServerOptions } from 'fastify';
import { problemOf, type ProblemCode } from './problems.js';

const codes: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_BAD_URL: 'invalid-request',
  // No id is so long: there is nothing of that name.
  FST_ERR_MAX_PARAM_LENGTH: 'not-found',
};

/** An address that cannot be read is refused before any route, hook or filter sees it: as a problem all the same. */
export const answerUnreadable: NonNullable<FastifyServerOptions['frameworkErrors']> = ({ code }, _request, { raw }) => {
  const { status, headers, body } = problemOf(codes[code] ?? 'internal');
  raw.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
};
