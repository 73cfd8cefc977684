/** Which try of which delivery a provider is told about: opaque ids only, for they travel in URLs. */
export type TryRef =
  | { readonly kind: 'challenge'; readonly recoveryId: string; readonly deliveryId: string; readonly attempt: number }
  | { readonly kind: 'notice'; readonly deliveryId: string; readonly attempt: number };

/** `challenges/<recoveryId>/<deliveryId>/<attempt>` or `notices/<deliveryId>/<attempt>` */
export const pathOf = (ref: TryRef): string =>
  ref.kind === 'challenge'
    ? `challenges/${ref.recoveryId}/${ref.deliveryId}/${ref.attempt}`
    : `notices/${ref.deliveryId}/${ref.attempt}`;
