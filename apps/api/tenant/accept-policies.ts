import type { FastifyInstance } from 'fastify';

/** A policy may carry a thousand banned words and a logo. */
const policyLimit = 256 * 1024;

/** Merge patches (RFC 7396) are read as the JSON they are, and those of a policy may be larger than other bodies. */
export function acceptPolicies(fastify: FastifyInstance): void {
  const parser = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser('application/merge-patch+json', { parseAs: 'string' }, parser);
  fastify.addHook('onRoute', (route) => {
    if (route.url === '/api/v1/tenant/policy') route.bodyLimit = policyLimit;
  });
}
