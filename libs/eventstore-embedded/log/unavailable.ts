/** The log cannot be reached, or the fate of a write is unknown: nothing was acknowledged, so repeat it. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';
}
