import { RuleViolation, type Decider } from '../decider.js';
import type { Role } from '../account/lifecycle.js';
import type { Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';

/** Whose personal data: those that one recovery leads to. */
interface Subject {
  readonly recoveryId: string;
  /** null: a name of no tenant */
  readonly tenantId: string | null;
  readonly accountId: string | null;
}

/** Why somebody may not read them. */
export type Forbidden = 'role' | 'other-tenant' | 'no-tenant';

// These names and shapes are what is stored: add optional fields or new events, never change a meaning.
interface Events {
  /** Appended before anything is shown; nothing is shown that it does not name. */
  PersonalDataRead: Subject & {
    /** the reader's account */
    readBy: string;
    /** vault rows that were shown, each once */
    refs: readonly string[];
    /** Sealed, because whoever writes one may well name the person. */
    reason: VaultRef;
    at: Instant;
  };
  /** At most 20 per recovery. */
  PersonalDataRefused: Subject & { askedBy: string; why: Forbidden; at: Instant };
}

export type AccessEvent = {
  [T in keyof Events]: { readonly type: T; readonly data: Readonly<Events[T]> };
}[keyof Events];

interface Reader {
  readonly accountId: string;
  readonly tenantId: string;
  readonly roles: readonly Role[];
}

interface Wish {
  readonly subject: Subject;
  readonly reader: Reader;
  readonly now: Instant;
}

export type AccessCommand =
  | {
      readonly type: 'ReadPersonalData';
      readonly data: Wish & { readonly refs: readonly string[]; readonly reason: VaultRef };
    }
  | { readonly type: 'RefuseReading'; readonly data: Wish };

/** The roles that may read personal data of their own tenant's recoveries. */
export const readingRoles = [
  'global-administrator',
  'authentication-administrator',
  'auditor',
] as const satisfies readonly Role[];

const refusalsKept = 20;

/** Who read the personal data of one recovery, `access-<recoveryId>`. */
export const access: Decider<AccessCommand, AccessEvent, { readonly refusals: number }> = {
  category: 'access',
  initial: { refusals: 0 },
  decide({ type, data }, { refusals }) {
    const { subject, reader, now: at } = data;
    const why = forbidden(subject, reader);
    switch (type) {
      case 'ReadPersonalData': {
        if (why) throw new RuleViolation('not-allowed', { why });
        const { refs, reason } = data;
        return [{ type: 'PersonalDataRead', data: { ...subject, readBy: reader.accountId, refs, reason, at } }];
      }
      case 'RefuseReading':
        if (!why || refusals >= refusalsKept) return [];
        return [{ type: 'PersonalDataRefused', data: { ...subject, askedBy: reader.accountId, why, at } }];
    }
  },
  evolve: (state, { type }) => (type === 'PersonalDataRefused' ? { refusals: state.refusals + 1 } : state),
};

/** @returns undefined for those who may read */
export function forbidden({ tenantId }: Pick<Subject, 'tenantId'>, reader: Reader): Forbidden | undefined {
  if (tenantId === null) return 'no-tenant';
  if (tenantId !== reader.tenantId) return 'other-tenant';
  return reader.roles.some((role) => (readingRoles as readonly Role[]).includes(role)) ? undefined : 'role';
}
