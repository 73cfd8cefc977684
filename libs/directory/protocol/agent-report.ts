/**
 * What an agent tells of itself, for those who look after it: at its start, when something changed, and every minute. Nothing
 * is decided by it, and no person is named in it. Times are ISO 8601 UTC, by the platform's clock as far as the agent knows it.
 */
export interface AgentReport {
  readonly version: string;
  /** What the machine it runs on calls itself. */
  readonly machine: string;
  readonly directory: ReportedDirectory;
  /** Latest first, one of each kind; the kinds are those of docs/directory.md. */
  readonly troubles: readonly ReportedTrouble[];
}

export const directoryStates = ['looking', 'ready', 'away'] as const;

export interface ReportedDirectory {
  readonly kind: 'ad' | 'openldap';
  /** `host[:port]` */
  readonly host: string;
  readonly fenceAttribute: string;
  /** false: passwords are set by RFC 3062's operation, which carries no fence. */
  readonly fenced: boolean;
  /** Groups whose members are never touched, beside Active Directory's own administrators' groups. */
  readonly protectedGroups: number;
  /** `looking`: not reached yet since the agent was started. */
  readonly state: (typeof directoryStates)[number];
  readonly since: string;
  /** Why it is away, such as `econnrefused` or `ldap-49`. */
  readonly trouble?: string | undefined;
  /** Left out until everybody was looked at once. */
  readonly people?: ReportedPeople | undefined;
}

export interface ReportedPeople {
  /** How many are there. */
  readonly seen: number;
  /** When they were looked at last. */
  readonly at: string;
  /** The last import that changed something. */
  readonly told?: ToldPeople | undefined;
}

/** How many people came to what, in the words of the answer to an import. */
export interface ToldPeople {
  readonly at: string;
  readonly created: number;
  readonly linked: number;
  readonly updated: number;
  readonly passedOver: number;
  readonly unusable: number;
  readonly conflicts: number;
}

export interface ReportedTrouble {
  /** When it last was so. */
  readonly at: string;
  /** Such as `KTA-111`. */
  readonly eventId: string;
  /** Its kind, such as `econnrefused` or `503 unavailable`. */
  readonly trouble?: string | undefined;
  readonly writebackId?: string | undefined;
}

export const mostTroubles = 20;

/** Whether two are the same trouble, at two times. */
export const isSameTrouble = (a: ReportedTrouble, b: ReportedTrouble): boolean =>
  a.eventId === b.eventId && a.trouble === b.trouble && a.writebackId === b.writebackId;
