import type { FastifyReply } from 'fastify';
import { SessionCookie } from './session-cookie.js';

const now = new Date('2026-03-02T09:00:00Z');

/** What a reply is told to set. */
function told(publicUrl: string): unknown[] {
  const set: unknown[] = [];
  const reply = { setCookie: (...cookie: unknown[]) => set.push(...cookie) };
  const cookie = new SessionCookie(new URL(publicUrl), { now: () => now });
  cookie.set(reply as unknown as FastifyReply, 'token', '2026-03-02T09:10:00Z');
  return set;
}

describe("the browser's session", () => {
  it('T20: travels by HTTPS alone where the portal is reached by it', () => {
    expect(told('https://portal.example')).toEqual([
      '__Host-keyturn',
      'token',
      { path: '/', httpOnly: true, sameSite: 'strict', secure: true, maxAge: 600 },
    ]);
  });

  it('is kept without HTTPS only where there is none', () => {
    expect(told('http://127.0.0.1:8080')[2]).toMatchObject({ httpOnly: true, sameSite: 'strict', secure: false });
  });
});
