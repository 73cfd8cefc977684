/** The public half of the pair that signs our push messages; null where none is set. */
export class PushKey {
  constructor(readonly publicKey: string | null) {}
}
