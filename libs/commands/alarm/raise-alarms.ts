import { alarm, alarmHourMs, alarmId, isAlarming, isRaised, type WrongTries } from '#libs/domain/alarm/alarm';
import { plus, type Instant } from '#libs/domain/time';
import { execute, load } from '#libs/eventstore/execute';
import { wrongTriesSince } from '#libs/readmodels/wrong-tries';
import type { TellAdministrators } from '../helpdesk/tell-administrators.js';
import type { Infrastructure } from '../infrastructure.js';
import { derivedId } from '../steps.js';

interface Parts extends Pick<Infrastructure, 'store' | 'readModels' | 'clock'> {
  readonly administrators: TellAdministrators;
}

/**
 * Looks at the last hour for guessing that is spread so thinly over accounts that no account's own limit sees it.
 * @param onInstallation told of what concerns no single tenant: the operator's to look at
 */
export async function raiseAlarms(parts: Parts, onInstallation: (tries: WrongTries) => void): Promise<void> {
  const now = parts.clock.now().toISOString();
  const from = plus(now, -alarmHourMs);
  const counted = await wrongTriesSince(parts.readModels, from);
  for (const { tenantId, failures, names } of counted) {
    if (tenantId !== null) await raise(parts, tenantId, { failures, names, from }, now);
  }
  const sum = (of: 'failures' | 'names') => counted.reduce((total, tries) => total + tries[of], 0);
  const all = { failures: sum('failures'), names: sum('names'), from };
  if (await raise(parts, null, all, now)) onInstallation(all);
}

/**
 * Tells first and records then: what broke off in between is made again, under the same ids.
 * @returns whether it was raised now
 */
async function raise(parts: Parts, tenantId: string | null, tries: WrongTries, now: Instant): Promise<boolean> {
  if (!isAlarming(tenantId, tries)) return false;
  const { store, administrators } = parts;
  const streamId = alarmId(tenantId);
  const { state } = await load(store, alarm, streamId);
  if (isRaised(state, now)) return false;
  const id = derivedId(alarms, streamId, String(state.raised));
  const facts = { failures: String(tries.failures), names: String(tries.names) };
  const warning = { id, template: 'guessing-suspected', facts, correlationId: id } as const;
  const told = tenantId === null ? 0 : await administrators.of(tenantId, warning);
  const command = { type: 'RaiseAlarm', data: { tenantId, tries, told, now } } as const;
  const actor = { kind: 'system', id: 'alarms' } as const;
  const context = { commandId: derivedId(id, 'raised'), correlationId: id, actor };
  return (await execute(store, alarm, streamId, command, context)).events.length > 0;
}

/** What the ids of all alarms are derived from. */
const alarms = '6a0f3c53-7b7e-4f0e-9b1b-0d8f3b1f2a4c';
