import { Injectable } from '@nestjs/common';
import type { Instant } from '#libs/domain/time';
import { destroyedAmong } from '#libs/readmodels/destroyed-data';
import type { ReadModels } from '#libs/readmodels/rows';
import { VaultTampered } from '#libs/vault/errors';
import { Vault, type Wanted } from '#libs/vault/vault';
import { FromReadModels } from '../read-models.js';

/** Why nothing can be shown: `missing` is what no rule accounts for. */
export type Gone = 'erased' | 'tampered' | 'missing' | Destroyed;
type Destroyed = `destroyed under the retention rule on ${Instant}`;

/** What stood in the vault, or what became of it. */
export type FromVault<Value = string> = Value | Gone;

/** Reads many values for people to see: one that is gone, or is not what was sealed, hides no other. */
@Injectable()
export class VaultReader {
  constructor(
    private readonly vault: Vault,
    @FromReadModels() private readonly readModels: ReadModels,
  ) {}

  /** @param owner whose values most of them are: erased with the account. @returns the values by their references */
  async read(wanted: readonly Wanted[], owner?: string | null): Promise<ReadonlyMap<string, FromVault>> {
    const values = await this.vault.readAll(wanted).catch((error: unknown) => {
      if (!(error instanceof VaultTampered)) throw error;
      return Promise.all(wanted.map((one) => this.#single(one)));
    });
    const gone = wanted.filter((_, n) => values[n] === undefined).map(({ ref }) => ref.ref);
    const why = await this.#whyGone(gone, owner);
    return new Map(wanted.map(({ ref }, n) => [ref.ref, values[n]?.toString() ?? why(ref.ref)]));
  }

  async #whyGone(refs: readonly string[], owner: string | null | undefined): Promise<(ref: string) => Gone> {
    if (refs.length === 0) return () => 'missing';
    const erased = typeof owner === 'string' && (await this.vault.isErased(owner));
    const destroyed = await destroyedAmong(this.readModels, refs);
    return (ref) => {
      const at = destroyed.get(ref);
      if (at !== undefined) return `destroyed under the retention rule on ${at}`;
      return erased ? 'erased' : 'missing';
    };
  }

  #single({ ref, place }: Wanted): Promise<Buffer | 'tampered' | undefined> {
    return this.vault.read(ref, place).catch((error: unknown) => {
      if (error instanceof VaultTampered) return 'tampered';
      throw error;
    });
  }
}

export const isGone = (value: string): value is Gone =>
  ['erased', 'tampered', 'missing'].includes(value) || value.startsWith('destroyed under the retention rule on ');
