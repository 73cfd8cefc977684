import { generateSecret, generateSync, generateURI, verifySync } from 'otplib';

/** Seconds: the clocks of phone and server may differ by one step of RFC 6238. */
const tolerance = 30;

/** A new seed for an authenticator app, base 32, 160 bits as RFC 4226 §4 recommends. */
export const newAppSeed = (): string => generateSecret({ length: 20 });

/** What a person scans or pastes into any authenticator app. */
export const appUriOf = (seed: string, username: string, organisation: string): string =>
  generateURI({ issuer: organisation, label: username, secret: seed });

/** @returns the time step whose code this is; undefined when it is none of the present, the last and the next one */
export function matchingStep(seed: string, code: string, now: Date): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const epoch = Math.floor(now.getTime() / 1000);
  const result = verifySync({ secret: seed, token: code, epoch, epochTolerance: tolerance });
  return result.valid && 'timeStep' in result ? result.timeStep : undefined;
}

/** What an app with this seed shows at this moment. */
export const appCodeAt = (seed: string, now: Date): string =>
  generateSync({ secret: seed, epoch: Math.floor(now.getTime() / 1000) });
