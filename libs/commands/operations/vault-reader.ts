import { Injectable } from '@nestjs/common';
import { VaultTampered } from '#libs/vault/errors';
import { Vault, type Wanted } from '#libs/vault/vault';

/** What stood in the vault, or what became of it. */
export type FromVault<Value = string> = Value | 'erased' | 'tampered';

/** Reads many values for people to see: one that is gone, or is not what was sealed, hides no other. */
@Injectable()
export class VaultReader {
  constructor(private readonly vault: Vault) {}

  /** @returns the values by their references */
  async read(wanted: readonly Wanted[]): Promise<ReadonlyMap<string, FromVault>> {
    const values = await this.vault.readAll(wanted).catch((error: unknown) => {
      if (!(error instanceof VaultTampered)) throw error;
      return Promise.all(wanted.map((one) => this.#single(one)));
    });
    return new Map(wanted.map(({ ref }, n) => [ref.ref, values[n]?.toString() ?? 'erased']));
  }

  #single({ ref, place }: Wanted): Promise<Buffer | 'tampered' | undefined> {
    return this.vault.read(ref, place).catch((error: unknown) => {
      if (error instanceof VaultTampered) return 'tampered';
      throw error;
    });
  }
}
