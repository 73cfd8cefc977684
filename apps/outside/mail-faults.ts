/** What shall go wrong with the next mails; counts are used up one a mail, in the order of these fields. */
export interface MailFaults {
  /** the next N recipients are unknown: 550 */
  refuse: number;
  /** the next N mails shall come again later: 451 */
  greylist: number;
  /** the line is cut after the next N mails, before they are confirmed; the mails are lost */
  drop: number;
  /** the next N mails are taken and then sent back: nobody has that mailbox after all */
  bounce: number;
  /** the next N mails are confirmed late */
  delay: { next: number; ms: number };
  /** connections are refused until this is false again */
  down: boolean;
}

export const noFaults = (): MailFaults => ({
  refuse: 0,
  greylist: 0,
  drop: 0,
  bounce: 0,
  delay: { next: 0, ms: 0 },
  down: false,
});

/** Takes one of a countable fault. */
export function use(faults: MailFaults, fault: 'refuse' | 'greylist' | 'drop' | 'bounce'): boolean {
  if (faults[fault] === 0) return false;
  faults[fault]--;
  return true;
}

/** Milliseconds the mail at hand has to wait. */
export function useDelay({ delay }: MailFaults): number {
  if (delay.next === 0) return 0;
  delay.next--;
  return delay.ms;
}
