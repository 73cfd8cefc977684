import type { StoredEvent } from '#libs/eventstore/stored-event';
import { fileOf, type CaseEvent, type CaseFile } from './case-file.js';
import type { Case } from './cases.js';
import { clientOf, personalDataOf, type PersonalDatum } from './personal-data.js';
import { isGone, type FromVault } from './vault-reader.js';

/** A case file with the personal data that its references stand for. */
export interface RevealedCase extends CaseFile {
  /** null: the name is nobody's */
  readonly username: FromVault | null;
  readonly events: readonly RevealedEvent[];
}

export interface RevealedEvent extends CaseEvent {
  /** `what` is a method or channel, `username` or `reason` */
  readonly personal?: readonly { readonly what: string; readonly value: FromVault }[];
  readonly client?: FromVault<Client>;
}

export interface Client {
  readonly address: string;
  readonly userAgent: string;
}

/** @param values by reference; what is not among them stays a reference */
export function revealed(
  found: Case,
  events: readonly StoredEvent[],
  values: ReadonlyMap<string, FromVault>,
  username: PersonalDatum | undefined,
): RevealedCase {
  const file = fileOf(found, events);
  return {
    ...file,
    username: (username && values.get(username.ref.ref)) ?? null,
    events: file.events.map((event, n) => ({ ...event, ...personalIn(events[n]!, values) })),
  };
}

function personalIn(event: StoredEvent, values: ReadonlyMap<string, FromVault>): Partial<RevealedEvent> {
  const personal = personalDataOf(event).flatMap(({ what, ref }) => {
    const value = values.get(ref.ref);
    return value === undefined ? [] : [{ what, value }];
  });
  const place = clientOf(event);
  const client = place && values.get(place.ref.ref);
  return {
    ...(personal.length > 0 && { personal }),
    ...(client !== undefined && { client: isGone(client) ? client : (JSON.parse(client) as Client) }),
  };
}
