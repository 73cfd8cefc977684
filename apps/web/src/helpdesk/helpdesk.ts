import type { Method } from '../api/contract.js';

export type Family = 'email' | 'phone' | 'app' | 'questions';

/** What a member may know of somebody who calls: contacts masked, no code, no password. Times are RFC 3339 in UTC. */
export interface HelpdeskUser {
  accountId: string;
  username: string;
  /** false for whoever stands at or above the member */
  canAssist: boolean;
  disabled: boolean;
  eligible: boolean;
  reason?: string;
  blocks: { family: Family | 'all'; until: string }[];
  families: Family[];
  contacts: Contact[];
  lastRecovery?: {
    supportCode: string;
    status: string;
    outcome?: { result: string; reason: string };
    startedAt: string;
  };
  proposal?: { proposalId: string; method: Method; hint: string; mine: boolean; expiresAt: string };
  notMe?: { caseNumber: string; at: string };
  /** their next sign-in asks for a new password */
  mustChange?: true;
  case?: HelpCase;
}

export interface Contact {
  methodId: string;
  method: Method;
  hint: string;
  bouncing?: true;
}

export interface HelpCase {
  caseId: string;
  caseNumber: string;
  mine: boolean;
  /** a word is on its way and may be read out until then */
  wordUntil?: string;
  verifiedUntil?: string;
}

export interface OpenCase {
  kind: 'assistance' | 'not-me' | 'contact-approval';
  caseId: string;
  caseNumber: string;
  accountId: string;
  username: string | null;
  canAssist: boolean;
  member: string | null;
  mine: boolean;
  progress?: 'opened' | 'word-sent' | 'caller-verified' | 'pass-sent';
  openedAt: string;
  expiresAt?: string;
}

export interface OpenCases {
  items: OpenCase[];
  next?: string;
}

export interface ProposedContact {
  method: 'email' | 'sms';
  contact: string;
}

/** Who may do what no member of the helpdesk may do alone. */
export const isAdministrator = (roles: readonly string[]): boolean =>
  roles.includes('authentication-administrator') || roles.includes('global-administrator');

export const mayHelp = (roles: readonly string[]): boolean => isAdministrator(roles) || roles.includes('helpdesk');

/** A user name has an @; a support code never has. */
export const searched = (typed: string): { username: string } | { supportCode: string } =>
  typed.includes('@') ? { username: typed.trim() } : { supportCode: typed.normalize('NFKC').trim() };
