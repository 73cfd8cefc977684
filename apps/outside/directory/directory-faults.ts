/** What shall go wrong with the next writes; counts are used up one a write, in the order of these fields. */
export interface DirectoryFaults {
  /** the next N writes are refused: 53, nothing is changed */
  refuse: number;
  /** the next N writes shall come again later: 51, nothing is changed */
  busy: number;
  /** the line is cut instead of the next N writes */
  drop: number;
  /** the next N writes are done, and the line is cut before it is said */
  lose: number;
  /** the next N writes are answered late */
  delay: { next: number; ms: number };
  /** connections are refused until this is false again */
  down: boolean;
}

export const noDirectoryFaults = (): DirectoryFaults => ({
  refuse: 0,
  busy: 0,
  drop: 0,
  lose: 0,
  delay: { next: 0, ms: 0 },
  down: false,
});

const countable = ['refuse', 'busy', 'drop', 'lose'] as const;

/** Takes the first that is left. */
export function nextFault(faults: DirectoryFaults): (typeof countable)[number] | undefined {
  const fault = countable.find((name) => faults[name] > 0);
  if (fault) faults[fault]--;
  return fault;
}
