/** How the customer's directory is reached and what may be done in it. */
export interface DirectoryOptions {
  readonly kind: 'ad' | 'openldap';
  /** `ldaps://host[:port]`; plain LDAP is refused, because passwords travel on it */
  readonly url: string;
  readonly bindDn: string;
  readonly bindPassword: string;
  /** PEM of the authority that signed the directory's certificate; the system's authorities when absent */
  readonly ca?: string | undefined;
  readonly baseDn: string;
  /** Single-valued, writable by the service account, and used for nothing else. */
  readonly fenceAttribute: string;
  /** DNs of groups whose members are never touched, beside Active Directory's own administrators' groups. */
  readonly protectedGroups: readonly string[];
  /** OpenLDAP: whether a password is set by a fenced Modify, or by RFC 3062's operation, which cannot carry a fence. */
  readonly passwordModify?: 'fenced' | 'exop';
  /** milliseconds for one operation, and for connecting */
  readonly timeoutMs?: number;
}

/** Milliseconds. */
export const directoryTimeout = 5_000;
