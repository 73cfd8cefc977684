/** A sealing key lives a day; the next one is made well before, milliseconds. */
export const sealingKeyMs = 20 * 3_600_000;
export const identityKeyMs = 182 * 86_400_000;
