/** Where a secret or personal datum lies in the vault, and the hash of its ciphertext, so that a swapped row shows. */
export interface VaultRef {
  /** UUID of the immutable vault row. */
  readonly ref: string;
  /** SHA-256 of the ciphertext, base64url. */
  readonly sha256: string;
}
