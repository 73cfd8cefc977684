// These names and shapes are what is stored: add optional fields or new events, never change a meaning.
import type { Decider } from '../decider.js';
import { hours, isBefore, plus, type Instant } from '../time.js';

/** Wrong tries of one hour. */
export interface WrongTries {
  readonly failures: number;
  /** Different names they were made at. */
  readonly names: number;
  readonly from: Instant;
}

export interface GuessingSuspected {
  readonly type: 'GuessingSuspected';
  /** `tenantId` null: over the installation as a whole */
  readonly data: { tenantId: string | null } & WrongTries & {
      /** Administrators who are told. */
      readonly told: number;
      readonly at: Instant;
    };
}

export interface AlarmState {
  /** How often it was raised. */
  readonly raised: number;
  readonly lastAt: Instant | null;
}

export interface RaiseAlarm {
  readonly type: 'RaiseAlarm';
  readonly data: { tenantId: string | null; tries: WrongTries; told: number; now: Instant };
}

/** The time that is looked at, and that an alarm is not raised again within. */
export const alarmHourMs = hours(1);

/** A tenant's alarms about thin guessing, on `alarm-<tenantId>`; the installation's on `alarm-installation`. */
export const alarm: Decider<RaiseAlarm, GuessingSuspected, AlarmState> = {
  category: 'alarm',
  initial: { raised: 0, lastAt: null },
  decide({ data: { tenantId, tries, told, now: at } }, state) {
    if (!isAlarming(tenantId, tries) || isRaised(state, at)) return [];
    return [{ type: 'GuessingSuspected', data: { tenantId, ...tries, told, at } }];
  },
  evolve: ({ raised }, { data }) => ({ raised: raised + 1, lastAt: data.at }),
};

/** So few at each name that no name's own limit is reached, and yet so many that nobody mistypes that often. */
export const isAlarming = (tenantId: string | null, { failures, names }: WrongTries): boolean =>
  tenantId === null ? failures >= 1_000 : failures >= 100 && names >= 20;

export const isRaised = ({ lastAt }: AlarmState, now: Instant): boolean =>
  lastAt !== null && isBefore(now, plus(lastAt, alarmHourMs));

export const alarmId = (tenantId: string | null): string => tenantId ?? 'installation';
