import type { Actor } from './stored-event.js';

export interface CommandContext {
  /** a UUID; the same command has the same id, however often it is sent */
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly actor: Actor;
  readonly clientRef?: string;
  readonly policyVersion?: number;
  readonly bodyMac?: string;
}
