// These names and shapes are what is stored: add optional fields or new events, never change a meaning.
import type { Instant } from '../time.js';

/** A public key, base64url; nothing secret. */
export interface PublicKey {
  readonly keyId: string;
  readonly key: string;
  /** Keyed token by which the platform knows that it took this key itself; a key without one counts for nothing. */
  readonly voucher?: string;
}

/** X25519; commands are sealed for it until it expires. */
export interface SealingPublicKey extends PublicKey {
  readonly expiresAt: Instant;
}

interface Events {
  /** An administrator asked for an agent; whoever brings its one-time code before `expiresAt` becomes it. */
  AgentCreated: { agentId: string; tenantId: string; expiresAt: Instant; at: Instant };
  AgentEnrolled: {
    agentId: string;
    /** Ed25519: every request and receipt is signed with it. */
    identityKey: PublicKey;
    sealingKey: SealingPublicKey;
    version: string;
    at: Instant;
  };
  AgentSealingKeyRolled: { agentId: string; sealingKey: SealingPublicKey; at: Instant };
  AgentIdentityKeyRolled: { agentId: string; identityKey: PublicKey; at: Instant };
  AgentRevoked: { agentId: string; at: Instant };
  /** An alarm: it was alive, and has not asked for work for a while. */
  AgentFellSilent: { agentId: string; tenantId: string; lastHeardAt: Instant; at: Instant };
  AgentHeardAgain: { agentId: string; tenantId: string; at: Instant };
}

export type AgentEvent = {
  [T in keyof Events]: { readonly type: T; readonly data: Readonly<Events[T]> };
}[keyof Events];
