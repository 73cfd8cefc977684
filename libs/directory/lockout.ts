/** How near a person is to the directory's own lock. */
export interface Lockout {
  /** Wrong passwords that count at present. */
  readonly failures: number;
  /** So many lock; 0: the directory never does; null: cannot be read. */
  readonly threshold: number | null;
}

/** Two clocks are never quite alike: what is over only just counts on, milliseconds. */
export const clockToleranceMs = 60_000;

/** Taken for the threshold where it cannot be read. */
const careful = 4;

/**
 * Whether one more try may be made in somebody's name: strangers may use half of what the directory allows, places the
 * person signed in from before all but two, so that nobody can be locked out by guesses at Keyturn.
 */
export function mayTry({ failures, threshold }: Lockout, familiar: boolean): boolean {
  if (threshold === 0) return true;
  const limit = threshold ?? careful;
  const most = familiar ? Math.max(limit - 2, Math.floor(limit / 2)) : Math.floor(limit / 2);
  return failures < most;
}
