import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AccountState } from '#libs/domain/account/account.state';
import { openDispute } from '#libs/domain/account/disputes';
import { isFamiliar } from '#libs/domain/signins/signins.state';
import { signIns } from '#libs/domain/signins/signins';
import { plus } from '#libs/domain/time';
import { sealPassword } from '#libs/directory/protocol/sealed-password';
import { signInInfo, verdictIn, type DirectoryVerdict } from '#libs/directory/protocol/sign-in-messages';
import { EventStore } from '#libs/eventstore/event-store';
import { load } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { SignInAsks } from '#libs/runtime/sign-in-asks';
import { Vault } from '#libs/vault/vault';
import { Agents } from '../agents/agents.js';
import { platformKey, type PlatformKey } from '../agents/platform-key.js';

/** Milliseconds a person waits for the directory's word. */
const waitMs = 3_000;

/** Milliseconds for which a slow answer of a directory slows all failures of its tenant. */
const rememberedMs = 300_000;

/** Asks an organisation's own directory whether a password is right: Keyturn keeps none of a hybrid user. */
@Injectable()
export class DirectorySignIn {
  #key: Promise<PlatformKey> | undefined;
  readonly #slowest = new Map<string, { ms: number; at: number }>();

  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly agents: Agents,
    private readonly asks: SignInAsks,
    private readonly clock: Clock,
  ) {}

  /** @param source keyed token of the client's address */
  async ask(owner: AccountState, password: string, source: string): Promise<DirectoryVerdict> {
    const { accountId, tenantId, disabled, credential } = owner;
    // After "this was not me" only a new password lets anybody in.
    if (accountId === null || disabled || (openDispute(owner) && !credential)) return 'disabled';
    const [userId, agents] = await Promise.all([this.agents.userIdOf(accountId), this.agents.live(tenantId)]);
    const keys = agents.flatMap(({ sealingKey }) => (sealingKey ? [sealingKey] : []));
    if (userId === undefined || keys.length === 0) return 'unreachable';
    const now = this.clock.now().toISOString();
    const { state } = await load(this.store, signIns, accountId);
    const familiar = isFamiliar(state, source, now);
    const askId = randomUUID();
    const question = { askId, accountId, userId, familiar, deadline: plus(now, waitMs) };
    this.#key ??= platformKey(this.vault);
    const { privateKey } = await this.#key;
    const sealed = await sealPassword(password, signInInfo(tenantId, question), privateKey, keys);
    const began = performance.now();
    const verdict = verdictIn(await this.asks.ask({ askId, tenantId, body: { ...question, sealed } }, waitMs));
    this.#took(tenantId, performance.now() - began);
    return verdict;
  }

  /**
   * Milliseconds a tenant's directory lately needed at worst. As long as it is slow, every failure of the tenant takes as
   * long, so that the wait does not tell whose password lies there; only the first slow answer can.
   */
  lately(tenantId: string): number {
    const { ms, at } = this.#slowest.get(tenantId) ?? { ms: 0, at: -Infinity };
    return performance.now() - at < rememberedMs ? ms : 0;
  }

  #took(tenantId: string, ms: number): void {
    if (ms >= this.lately(tenantId)) this.#slowest.set(tenantId, { ms, at: performance.now() });
  }
}
