import { setTimeout as sleep } from 'node:timers/promises';
import type { Directory } from '#libs/directory/directory';
import { openPassword } from '#libs/directory/protocol/sealed-password';
import {
  signInAskIn,
  signInInfo,
  type DirectoryVerdict,
  type SignInAsk,
} from '#libs/directory/protocol/sign-in-messages';
import type { DirectoryWatch } from './directory-watch.js';
import type { Identity } from './identity.js';
import { ClockMoved, PlatformRefused, type Platform } from './platform.js';

interface Desk {
  readonly identity: Identity;
  readonly directory: Directory;
  readonly platform: Platform;
  readonly watch: DirectoryWatch;
}

const path = '/api/v1/agent/sign-ins';
const pollMs = 40_000;
/** `away`: while nobody answers, people wait. Who is refused asks more and more seldom. */
const pauses = { away: 2_000, longest: 15_000 };
/** Questions worked on at once. */
const most = 16;

/** Answers whether passwords are right, until it is told to stop; what goes wrong is told by the loop that carries writes. */
export async function answerSignIns(desk: Desk, signal: AbortSignal): Promise<void> {
  const working = new Set<Promise<void>>();
  let pause = pauses.away;
  while (!signal.aborted) {
    try {
      if (!(await desk.watch.reachable(pollMs, signal))) continue;
      const leave = AbortSignal.any([signal, desk.watch.lost]);
      const ask = signInAskIn(await desk.platform.call('GET', path, undefined, { timeoutMs: pollMs, leave }));
      pause = pauses.away;
      if (!ask) continue;
      const work = answer(desk, ask)
        .catch(() => undefined)
        .finally(() => working.delete(work));
      working.add(work);
      if (working.size >= most) await Promise.race(working);
    } catch (error) {
      if (error instanceof ClockMoved) continue;
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      const refused = error instanceof PlatformRefused && error.status > 0 && error.status < 500;
      pause = refused ? Math.min(2 * pause, pauses.longest) : pauses.away;
    }
  }
}

async function answer(desk: Desk, ask: SignInAsk): Promise<void> {
  const verdict = await verdictOf(desk, ask);
  await desk.platform.call('POST', path, { askId: ask.askId, verdict });
}

async function verdictOf({ identity, directory, platform, watch }: Desk, ask: SignInAsk): Promise<DirectoryVerdict> {
  if (platform.now().getTime() > Date.parse(ask.deadline)) return 'unreachable';
  const { copies } = ask.sealed;
  const own = identity.sealingKeys().find(({ keyId }) => copies.some((copy) => copy.keyId === keyId));
  const info = signInInfo(identity.tenantId, ask);
  const password = own && (await openPassword(ask.sealed, info, identity.platformKey, own));
  if (password === undefined) return 'unreachable';
  const { kind } = await directory.signIn(ask.userId, password, ask.familiar, Date.parse(ask.deadline));
  if (kind === 'unreachable') watch.suspect();
  return kind;
}
