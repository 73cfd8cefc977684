import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** The built pages; every path that is no file and no API is the portal's own business. */
const root = resolve(import.meta.dirname, '../../../web');
const pages = [
  '/',
  '/reset',
  '/not-me',
  '/security-info',
  '/activity',
  '/device',
  '/helpdesk',
  '/admin/policy',
  '/admin/agents',
];

export async function servePages(fastify: FastifyInstance): Promise<void> {
  if (!existsSync(join(root, 'index.html'))) return;
  await fastify.register(staticFiles, {
    root,
    index: false,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const forever = path.includes('/assets/');
      void reply.header('cache-control', forever ? 'public, max-age=31536000, immutable' : 'no-store');
    },
  });
  for (const page of pages) fastify.get(page, (_request, reply) => reply.sendFile('index.html'));
}
