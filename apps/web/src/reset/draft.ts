import type { Reason } from '../api/contract.js';

/** What is typed before a recovery exists. It is kept in memory only. */
export interface Draft {
  username: string;
  captchaAnswer: string;
  reason: Reason | undefined;
  /** why the last CAPTCHA has to be done again */
  captchaError?: 'failed' | 'expired' | undefined;
}

export const EMPTY_DRAFT: Draft = { username: '', captchaAnswer: '', reason: undefined };
