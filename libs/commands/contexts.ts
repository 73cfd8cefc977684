import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { RuleViolation } from '#libs/domain/decider';
import { bodiesDiffer, type CommandContext } from '#libs/eventstore/execute';
import type { Actor } from '#libs/eventstore/stored-event';
import { UsedKeys } from '#libs/runtime/used-keys';
import { secretKey } from '#libs/vault/secret-key';
import { Vault, type PeriodKey } from '#libs/vault/vault';
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

type Identity = Pick<CommandContext, 'commandId' | 'bodyMac' | 'earlierBodyMac'>;

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
    private readonly usedKeys: UsedKeys,
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
    const content = JSON.stringify([commandId, caller.body], sortedKeys);
    const [today, yesterday] = await this.vault.bodyKeys();
    const earlier = yesterday && { earlierBodyMac: macUnder(yesterday, caller.idempotencyKey, content) };
    return { commandId, bodyMac: macUnder(today, caller.idempotencyKey, content), ...earlier };
  }

  /**
   * Refuses another body under the key of an earlier command, whatever the log says of that one: for commands whose stream
   * follows from their body, and which may leave no trace. The answer must not tell which of both it was.
   * @throws RuleViolation idempotency-key-reused
   */
  async refuseOtherBody(context: CommandContext): Promise<void> {
    const { commandId, bodyMac } = context;
    if (bodyMac === undefined) return;
    const first = await this.usedKeys.first(commandId, bodyMac);
    if (bodiesDiffer(first, context)) throw new RuleViolation('idempotency-key-reused');
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
}

/**
 * A body may hold a code or a password, so nobody may try guesses against it later: the key is a day's, and it takes what
 * the client alone knows, its `Idempotency-Key`, which is stored nowhere.
 */
function macUnder({ keyId, key }: PeriodKey, idempotencyKey: string, content: string): string {
  const own = createHmac('sha256', secretKey(key)).update(idempotencyKey.toLowerCase()).digest();
  return `${keyId}:${createHmac('sha256', own).update(content).digest('base64url')}`;
}

const sortedKeys = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
