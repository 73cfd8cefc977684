import '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RuleViolation } from '#libs/domain/decider';
import type { Clock } from '#libs/runtime/clock';

/** The browser's session: bound to this host, unreadable by scripts, sent only to our own pages. */
export class SessionCookie {
  readonly #name: string;
  readonly #secure: boolean;

  constructor(
    private readonly publicUrl: URL,
    private readonly clock: Clock,
  ) {
    this.#secure = publicUrl.protocol === 'https:';
    this.#name = this.#secure ? '__Host-keyturn' : 'keyturn';
  }

  set(reply: FastifyReply, token: string, expiresAt: string): void {
    const maxAge = Math.floor((Date.parse(expiresAt) - this.clock.now().getTime()) / 1000);
    void reply.setCookie(this.#name, token, { ...this.#attributes(), maxAge });
  }

  clear(reply: FastifyReply): void {
    void reply.clearCookie(this.#name, this.#attributes());
  }

  /** A cookie counts only on requests of our own pages: another site cannot make the browser act for its owner. */
  of(request: FastifyRequest): string | undefined {
    const { origin } = request.headers;
    const writes = request.method !== 'GET' && request.method !== 'HEAD';
    if (writes && origin !== undefined && origin !== this.publicUrl.origin) throw new RuleViolation('session-invalid');
    return request.cookies[this.#name];
  }

  #attributes() {
    return { path: '/', httpOnly: true, sameSite: 'strict', secure: this.#secure } as const;
  }
}
