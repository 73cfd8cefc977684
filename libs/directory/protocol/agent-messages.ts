import {
  writebackResults,
  type DirectoryRules,
  type WritebackKind,
  type WritebackResult,
} from '#libs/domain/writeback/writeback.events';
import type { SealedPassword } from './sealed-password.js';

/** What the platform asks of an agent; the password only in the copy sealed for this one. */
export interface WriteCommand {
  readonly type: 'write';
  readonly writebackId: string;
  readonly accountId: string;
  readonly recoveryId: string;
  /** objectGUID or entryUUID */
  readonly userId: string;
  /** What the fence in the directory shall hold. */
  readonly epoch: number;
  readonly kind: WritebackKind;
  readonly sealed: SealedPassword | null;
  readonly doubleReset: boolean;
  /** ISO 8601 UTC; no write begins after it */
  readonly deadline: string;
  /** Another agent had it before and was not heard of. Where no fence shows what it did, that is looked into first. */
  readonly tried?: boolean;
}

/**
 * An agent asks for work and names every command it has begun. It asks one question at a time, so one that it took and does
 * not name never reached it: it is handed over once more.
 */
export interface Asking {
  readonly holding: readonly string[];
}

/** How many commands a question names at most. */
export const mostHeld = 100;

export interface Polled {
  /** The platform's time, ISO 8601 UTC. */
  readonly now: string;
  readonly command: WriteCommand | null;
}

/** What became of a command. Kept by the agent until the platform has taken it. */
export interface Receipt {
  readonly writebackId: string;
  readonly result: WritebackResult;
  readonly writes: number;
  readonly fenced: boolean;
  readonly rules?: DirectoryRules;
  readonly trouble?: string;
  /** ISO 8601 UTC, by the agent's clock */
  readonly doneAt: string;
}

export interface Enrolment {
  readonly enrolmentCode: string;
  /** Ed25519 and X25519, base64url raw */
  readonly identityKey: string;
  readonly sealingKey: string;
  readonly version: string;
}

export interface Enrolled {
  /** The platform's time, ISO 8601 UTC. */
  readonly now: string;
  readonly agentId: string;
  readonly tenantId: string;
  /** X25519, base64url raw: what every sealed password must come from, pinned from here on */
  readonly platformKey: { readonly keyId: string; readonly key: string };
}

/** The platform answered something that this release does not know. */
export class NotUnderstood extends TypeError {
  override readonly name = 'NotUnderstood';

  constructor() {
    super('the platform answered something this agent does not understand');
  }
}

type Shape = Readonly<Record<string, (value: unknown) => boolean>>;

const text = (value: unknown): boolean => typeof value === 'string' && value.length <= 4_096;
const id = (value: unknown): boolean =>
  typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
const instant = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const oneOf =
  (...values: readonly unknown[]) =>
  (value: unknown): boolean =>
    values.includes(value);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every field of the shape, and nothing else is looked at: a newer platform may say more. */
const fits = (value: unknown, shape: Shape): boolean =>
  isRecord(value) && Object.entries(shape).every(([field, valid]) => valid(value[field]));

/** As much as a fence holds. */
const epoch = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < 1e15;

const copy = { keyId: text, enc: text, sealed: text };
const sealed = (value: unknown): boolean =>
  value === null ||
  (fits(value, { platformKeyId: text, copies: Array.isArray }) &&
    (value as SealedPassword).copies.every((one) => fits(one, copy)));

const writeCommand: Shape = {
  type: oneOf('write'),
  writebackId: id,
  accountId: id,
  recoveryId: id,
  userId: id,
  epoch,
  kind: oneOf('reset', 'unlock', 'change'),
  sealed,
  doubleReset: oneOf(true, false),
  deadline: instant,
};

/** @throws NotUnderstood */
export function polledIn(json: unknown): Polled {
  const valid = fits(json, { now: instant, command: (value) => value === null || fits(value, writeCommand) });
  if (!valid) throw new NotUnderstood();
  return json as Polled;
}

/** What was asked for again; undefined when it is not this agent's to do any more. @throws NotUnderstood */
export const commandIn = (json: unknown, writebackId: string): WriteCommand | undefined => {
  const { command } = polledIn(json);
  if (command && command.writebackId !== writebackId) throw new NotUnderstood();
  return command ?? undefined;
};

/** @throws NotUnderstood */
export function enrolledIn(json: unknown): Enrolled {
  const key = (value: unknown): boolean => fits(value, { keyId: text, key: text });
  if (!fits(json, { now: instant, agentId: id, tenantId: id, platformKey: key })) {
    throw new NotUnderstood();
  }
  return json as Enrolled;
}

export const isResult = (value: unknown): value is WritebackResult =>
  writebackResults.includes(value as WritebackResult);
