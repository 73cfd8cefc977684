/** A stored value or key is not what was sealed: somebody changed, moved or swapped it. */
export class VaultTampered extends Error {
  override readonly name = 'VaultTampered';
  constructor(
    /** The value's reference, or the name of the key. */
    readonly subject: string,
    what: string,
  ) {
    super(`The vault holds something else than was sealed at ${subject}: ${what}.`);
  }
}

/** Something was to be sealed or reserved for an owner who has been erased. */
export class OwnerErased extends Error {
  override readonly name = 'OwnerErased';
  constructor(readonly owner: string) {
    super(`The owner ${owner} has been erased; nothing more can be stored for them.`);
  }
}

/** The master key of the settings is not (all of) what the stored keys are wrapped with. */
export class MasterKeyRefused extends Error {
  override readonly name = 'MasterKeyRefused';
}

/** The name cannot be a username; the message says why and does not repeat the name. */
export class InvalidUsername extends Error {
  override readonly name = 'InvalidUsername';
}

/** Too many passwords are waiting to be hashed: answer 503 and let the person try again. */
export class HasherBusy extends Error {
  override readonly name = 'HasherBusy';
  constructor() {
    super('Too many passwords are being checked right now.');
  }
}
