import { Injectable } from '@nestjs/common';
import { Vault } from '#libs/vault/vault';
import type { Caller } from './caller.js';
import { Tokens } from './tokens.js';

/** Distinct clients of one recovery whose address and browser are kept. */
const clientsKept = 20;
/** Recoveries remembered here; a forgotten one costs one more vault row. */
const recoveriesRemembered = 10_000;

/** Where the address and browser of a recovery's clients lie: one vault row for each distinct client. */
@Injectable()
export class Clients {
  readonly #known = new Map<string, Map<string, Promise<string>>>();

  constructor(
    private readonly vault: Vault,
    private readonly tokens: Tokens,
  ) {}

  /** @returns the reference that events carry; undefined beyond the twentieth client of a recovery */
  async refOf(recoveryId: string, tenantId: string | null, caller: Caller): Promise<string | undefined> {
    const clients = this.#clientsOf(recoveryId);
    const token = this.tokens.client(recoveryId, caller.address, caller.userAgent);
    const known = clients.get(token);
    if (known) return known;
    if (clients.size >= clientsKept) return undefined;
    const sealed = this.#seal(tenantId, caller);
    clients.set(token, sealed);
    sealed.catch(() => clients.delete(token));
    return sealed;
  }

  async #seal(tenantId: string | null, { address, userAgent }: Caller): Promise<string> {
    const owner = tenantId ? `tenant:${tenantId}` : 'installation';
    const value = JSON.stringify({ address, userAgent: userAgent.slice(0, 512) });
    const { ref, sha256 } = await this.vault.seal({ owner, place: 'recovery/client', value });
    return `${ref}:${sha256}`;
  }

  #clientsOf(recoveryId: string): Map<string, Promise<string>> {
    const clients = this.#known.get(recoveryId) ?? new Map<string, Promise<string>>();
    this.#known.delete(recoveryId);
    this.#known.set(recoveryId, clients);
    const [oldest] = this.#known.keys();
    if (this.#known.size > recoveriesRemembered && oldest !== undefined) this.#known.delete(oldest);
    return clients;
  }
}
