import type { FastifyInstance } from 'fastify';

const form = 'application/x-www-form-urlencoded';

/** Where forms are understood: pages of other sites can post them, so only what checks a signature takes them. */
export const formsUnder = '/api/v1/telecom/twilio/';

/** Makes forms of callbacks readable; anywhere else they are refused as before. */
export function acceptForms(fastify: FastifyInstance): void {
  fastify.addContentTypeParser<string>(form, { parseAs: 'string' }, (request, body, done) => {
    if (!request.routeOptions.url?.startsWith(formsUnder)) {
      done(Object.assign(new Error('forms are not understood here'), { statusCode: 415 }));
      return;
    }
    done(null, fieldsOf(body));
  });
}

/** A field that comes twice is a list of both, as it was signed. */
function fieldsOf(body: string): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of new URLSearchParams(body)) {
    const before = fields[name];
    fields[name] = before === undefined ? value : [before, value].flat();
  }
  return fields;
}
