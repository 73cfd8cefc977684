/** The shapes of the HTTP contract that the portal uses. Times are RFC 3339 in UTC. */

export type Method =
  'email' | 'sms' | 'mobile-call' | 'office-call' | 'app-notification' | 'app-code' | 'security-questions';

export type Reason = 'forgot-password' | 'account-locked';

export type OpenStatus = 'choosing-method' | 'challenged' | 'choosing-password' | 'unlocking' | 'writing-back';
export type ClosedStatus = 'succeeded' | 'failed' | 'blocked' | 'cancelled' | 'contacted-administrator' | 'abandoned';

export type ChallengeState = 'sending' | 'sent' | 'delivered' | 'delayed' | 'failed' | 'denied' | 'expired' | 'passed';

export interface MethodOffer {
  method: Method;
  /** masked address or number */
  hint: string;
  /** the person must type the full address or number before anything is sent */
  confirmContact: boolean;
  blockedUntil?: string;
}

export interface ChallengeView {
  challengeId: string;
  method: Method;
  expiresAt: string;
  state: ChallengeState;
  /** to be typed into the authenticator app */
  number?: string;
  questions?: { questionId: string; text: string }[];
}

export interface RecoveryView {
  recoveryId: string;
  supportCode: string;
  canUnlock: boolean;
  expiresAt: string;
  status: OpenStatus | ClosedStatus;
  gatesRequired: number;
  gatesPassed: number;
  methods: MethodOffer[];
  challenge?: ChallengeView;
  /** while the directory's verdict is awaited */
  submittedAt?: string;
  outcome?: { result: string; reason?: string; method?: Method };
  /** the directory's verdict on the last password, after which another may be tried */
  rejection?: { reasons: string[]; rules?: DirectoryRules };
  /** revision of the recovery's stream, when the server tells it: a later view wins */
  revision?: number;
  /** the server's clock, when it tells it */
  now?: string;
}

/** The directory's own rules, as far as they could be read. */
export interface DirectoryRules {
  minimumLength?: number;
  complexity?: boolean;
  history?: number;
  minimumAgeHours?: number;
}

export interface StartedRecovery extends RecoveryView {
  recoveryToken: string;
}

export type CaptchaMode = 'local' | 'proof-of-work' | 'off';

export interface Captcha {
  captchaId: string;
  mode: CaptchaMode;
  challenge?: string;
  /** leading zero bits wanted of SHA-256(challenge ‖ answer) */
  difficulty?: number;
  expiresAt: string;
}

export interface PasswordPolicy {
  minLength: number;
  maxLength: number;
  /** how many of lower case, upper case, digits and symbols must occur; 0 or 1 = no rule */
  minClasses: number;
  /** reasons that show once the password is submitted */
  alsoRefused: string[];
}

/** What is not set is null. */
export interface Branding {
  organisation: string | null;
  logo: string | null;
  /** `#rrggbb` */
  accent: string | null;
  /** helpdesk page or mail address */
  helpdesk: string | null;
}

export interface Session {
  token: string;
  roles: string[];
  next?: 'change-password' | 'register-methods' | 'reconfirm-methods';
}

/** Whose session the browser's cookie is. */
export interface SignedInAs {
  accountId: string;
  roles: string[];
}

/** What the mailed "this was not me" link is about. */
export interface NotMe {
  /** which notice told of it */
  what?: string;
  organisation?: string;
  account?: string;
  at?: string;
  usedAt?: string;
  caseNumber?: string;
}

export function isClosed(status: RecoveryView['status']): status is ClosedStatus {
  return !OPEN.has(status);
}

const OPEN = new Set<string>(['choosing-method', 'challenged', 'choosing-password', 'unlocking', 'writing-back']);
