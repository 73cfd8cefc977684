import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Outside } from '../outside.js';
import { devicesPage } from './devices-page.js';
import { devicesScript } from './devices-script.js';
import { directoryPage } from './directory-page.js';
import { directoryScript } from './directory-script.js';
import { mailboxPage, mailPage } from './mailbox-page.js';
import { pageLanguage, type PageLanguage } from './messages.js';
import { phonesPage } from './phones-page.js';
import { phonesScript } from './phones-script.js';
import { pageScript } from './page-script.js';
import { pageStyle } from './page-style.js';

/** The mailbox for people: works without scripts; with them, new mail shows by itself. */
export function pageRoutes(routes: FastifyInstance, outside: Outside): void {
  const { mailbox } = outside;

  routes.get('/', async (request, reply) => {
    const { to } = request.query as Record<string, unknown>;
    const wanted = typeof to === 'string' && to !== '' ? to : undefined;
    const mails = await mailbox.list(wanted);
    return send(
      reply,
      mailboxPage({ language: languageOf(request), to: wanted, addresses: mailbox.addresses(), mails }),
    );
  });

  routes.get('/mail/:id', async (request: FastifyRequest<{ Params: { id: string } }>, reply) => {
    const mail = await mailbox.find(request.params.id);
    return mail ? send(reply, mailPage(mail, languageOf(request))) : reply.callNotFound();
  });

  routes.get('/mail/:id/body', async (request: FastifyRequest<{ Params: { id: string } }>, reply) => {
    const mail = await mailbox.find(request.params.id);
    if (!mail?.html) return reply.callNotFound();
    reply.header('Content-Security-Policy', bodyPolicy).header('X-Frame-Options', 'SAMEORIGIN');
    return reply.type('text/html; charset=utf-8').send(inNewTab(mail.html));
  });

  routes.get('/phones', async (request, reply) => {
    const { to } = request.query as Record<string, unknown>;
    const wanted = typeof to === 'string' && to !== '' ? to : undefined;
    const { phones } = outside;
    const [texts, calls] = [phones.texts(wanted, 50), phones.calls(wanted, 20)];
    return send(
      reply,
      phonesPage({ language: languageOf(request), to: wanted, numbers: phones.numbers(), texts, calls }),
    );
  });
  routes.get('/phones.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(phonesScript));

  routes.get('/devices', async (request, reply) =>
    send(reply, devicesPage((await outside.devices?.list()) ?? [], languageOf(request))),
  );
  routes.get('/devices.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(devicesScript));

  routes.get('/directory', (request, reply) => {
    const { directory } = outside;
    return directory ? send(reply, directoryPage(directory.list(), languageOf(request))) : reply.callNotFound();
  });
  routes.get('/directory.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(directoryScript));

  routes.get('/style.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(pageStyle));
  routes.get('/script.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(pageScript));
}

const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; media-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What a mail may do is decided here and by the frame: look, and open links in a new tab. */
const bodyPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

function send(reply: FastifyReply, page: string): FastifyReply {
  reply.header('Content-Security-Policy', pagePolicy).header('X-Frame-Options', 'DENY');
  reply.header('Referrer-Policy', 'no-referrer').header('X-Content-Type-Options', 'nosniff');
  return reply.type('text/html; charset=utf-8').send(page);
}

const languageOf = (request: FastifyRequest): PageLanguage =>
  pageLanguage((request.query as Record<string, unknown>).lang, request.headers['accept-language']);

const inNewTab = (html: string): string => {
  const base = '<base target="_blank">';
  return /<head[^>]*>/i.test(html) ? html.replace(/<head[^>]*>/i, (head) => head + base) : base + html;
};
