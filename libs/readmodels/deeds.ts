import type { Channel, Family } from '#libs/domain/methods';
import type { Instant } from '#libs/domain/time';

/** What each kind of deed must know to be done; ids only. */
interface Payloads {
  delivery:
    | {
        readonly deliveryId: string;
        readonly channel: Channel;
        readonly recoveryId: string;
        readonly family: Family;
      }
    | {
        readonly deliveryId: string;
        readonly channel: Channel;
        readonly accountId: string;
        readonly revision: number;
      };
  'recovery-expiry': { readonly recoveryId: string; readonly expiresAt: Instant };
  'reset-completion': { readonly recoveryId: string };
  /** From asking to knowing: offered, offered again, ended, or its consequences drawn. */
  writeback: {
    readonly writebackId: string;
    readonly accountId: string;
    readonly revision: number;
    readonly deadline: Instant;
  };
  'outcome-correction': { readonly recoveryId: string };
  'pass-expiry': { readonly accountId: string; readonly caseId: string; readonly passId: string };
  'proposal-expiry': { readonly accountId: string; readonly caseId: string; readonly proposalId: string };
  /** `revision` is where on the account's stream the alert was raised. */
  alert: { readonly accountId: string; readonly alertId: string; readonly revision: number };
  'telecom-warning': { readonly tenantId: string; readonly month: string };
  'proof-settlement': { readonly accountId: string; readonly recoveryId: string; readonly reservationId: string };
}

export type DeedKind = keyof Payloads;

/** Which deeds were asked for and not yet done, and when must somebody look? */
export type OpenDeed = {
  [K in DeedKind]: {
    readonly deed_id: string;
    readonly kind: K;
    /** where the deed's outcome will be recorded */
    readonly stream: string;
    readonly due_at: Instant;
    /** from then on nobody wants it any more */
    readonly expires_at: Instant | null;
    readonly payload: Payloads[K];
  };
}[DeedKind];

export type Deed<K extends DeedKind> = Extract<OpenDeed, { kind: K }>;
