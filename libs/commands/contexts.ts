import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { CommandContext } from '#libs/eventstore/execute';
import type { Actor } from '#libs/eventstore/stored-event';
import { secretKey } from '#libs/vault/secret-key';
import { Vault } from '#libs/vault/vault';
import type { Caller } from './caller.js';
import { Clients } from './clients.js';
import { Tokens } from './tokens.js';

interface Request {
  /** Within what an idempotency key is unique: a recovery, a session or a source. */
  readonly scope: string;
  readonly route: string;
  readonly caller: Caller;
  readonly actor: Actor;
  readonly tenantId: string | null;
  readonly policyVersion?: number;
  /** Defaults to the command itself: the recovery that this command starts. */
  readonly correlationId?: string;
  /** Within what a client is known again, so that it takes one row of the vault; the correlation when left out. */
  readonly clientsOf?: string;
}

type Identity = Pick<CommandContext, 'commandId' | 'bodyMac'>;

interface Administrator {
  readonly sessionId: string;
  readonly accountId: string;
  readonly account: { readonly tenantId: string };
}

/** Makes the context of a command that came over HTTP: its identity, its cause, its client. */
@Injectable()
export class Contexts {
  constructor(
    private readonly vault: Vault,
    private readonly tokens: Tokens,
    private readonly clients: Clients,
  ) {}

  async of({
    scope,
    route,
    caller,
    actor,
    tenantId,
    policyVersion,
    correlationId,
    clientsOf,
  }: Request): Promise<CommandContext> {
    const identity = await this.identityOf({ scope, route, caller });
    const correlation = correlationId ?? identity.commandId;
    const clientRef = await this.clients.refOf(clientsOf ?? correlation, tenantId, caller);
    return {
      ...identity,
      correlationId: correlation,
      actor,
      ...(clientRef && { clientRef }),
      ...(policyVersion !== undefined && { policyVersion }),
    };
  }

  /** What a repetition of the request has in common with it; without an `Idempotency-Key` nothing is a repetition. */
  async identityOf({ scope, route, caller }: Pick<Request, 'scope' | 'route' | 'caller'>): Promise<Identity> {
    const commandId = this.tokens.commandId(scope, route, caller.idempotencyKey);
    if (caller.idempotencyKey === undefined) return { commandId };
    return { commandId, bodyMac: await this.#mac(commandId, caller.body) };
  }

  /** Of a deed of somebody's office: told apart from what people do for themselves. */
  ofAdministrator(
    { sessionId, accountId, account }: Administrator,
    route: string,
    caller: Caller,
  ): Promise<CommandContext> {
    const actor = { kind: 'administrator', id: accountId } as const;
    const { tenantId } = account;
    return this.of({ scope: sessionId, route, caller, actor, tenantId, correlationId: sessionId });
  }

  /** Under the day's key, because a body may hold a code or a password: nobody can try guesses against it later. */
  async #mac(commandId: string, body: unknown): Promise<string> {
    const { keyId, key } = await this.vault.dayKey();
    const content = JSON.stringify([commandId, body], sortedKeys);
    return `${keyId}:${createHmac('sha256', secretKey(key)).update(content).digest('base64url')}`;
  }
}

const sortedKeys = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
