import type { Actor } from './stored-event.js';

export interface CommandContext {
  /** a UUID; the same command has the same id, however often it is sent */
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly actor: Actor;
  readonly clientRef?: string;
  readonly policyVersion?: number;
  /** `<key id>:<mac>` of the request's body; kept with the events */
  readonly bodyMac?: string;
  /** the same body's under the key of the day before, which an earlier try may have been kept with */
  readonly earlierBodyMac?: string;
}
