/** What an examination found out about one thing. */
export interface Finding {
  readonly check: string;
  /** `unknown`: cannot be seen from here, and is no fault by itself */
  readonly state: 'ok' | 'warning' | 'failed' | 'unknown';
  readonly detail: string;
  /** What to do about it. */
  readonly fix?: string;
}

export const ok = (check: string, detail: string): Finding => ({ check, state: 'ok', detail });
export const failed = (check: string, detail: string, fix: string): Finding => ({
  check,
  state: 'failed',
  detail,
  fix,
});
export const warning = (check: string, detail: string, fix: string): Finding => ({
  check,
  state: 'warning',
  detail,
  fix,
});
export const unknown = (check: string, detail: string, fix?: string): Finding => ({
  check,
  state: 'unknown',
  detail,
  ...(fix && { fix }),
});
