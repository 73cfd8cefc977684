import type {
  Branding,
  Captcha,
  Method,
  NotMe,
  PasswordPolicy,
  Reason,
  RecoveryView,
  Session,
  SignedInAs,
  StartedRecovery,
} from './contract.js';
import { call } from './transport.js';

export type SignInRequest = { username: string; code?: string } & (
  { password: string } | { temporaryAccessPass: string }
);

/** What proves that this tab may act on a recovery. */
export interface Credentials {
  recoveryId: string;
  recoveryToken: string;
}

export interface RecoveryRequest {
  username: string;
  captchaId?: string;
  captchaAnswer?: string;
  reason: Reason;
}

/** A right answer moves on; `{ code }` for what was sent or shown by an app, `{ answers }` for questions. */
export type ChallengeAnswer = { code: string } | { answers: { questionId: string; answer: string }[] };

export const api = {
  branding: (domain?: string) => call<Branding>(withQuery('/api/v1/branding', { domain })),

  drawCaptcha: (username: string, key: string) =>
    call<Captcha>('/api/v1/captchas', { method: 'POST', key, body: username ? { username } : {} }),
  captchaImage: (captchaId: string) => `/api/v1/captchas/${encodeURIComponent(captchaId)}/image`,
  captchaAudio: (captchaId: string, lang: string) =>
    withQuery(`/api/v1/captchas/${encodeURIComponent(captchaId)}/audio`, { lang }),

  startRecovery: (request: RecoveryRequest, key: string) =>
    call<StartedRecovery>('/api/v1/recoveries', { method: 'POST', key, body: request }),
  recovery: (held: Credentials) => call<RecoveryView>(of(held), { token: held.recoveryToken }),
  issueChallenge: (held: Credentials, request: { method: Method; contact?: string }, key: string) =>
    post<{ challengeId: string; expiresAt: string }>(held, '/challenges', request, key),
  answerChallenge: (held: Credentials, challengeId: string, answer: ChallengeAnswer, key: string) =>
    post<RecoveryView>(held, `/challenges/${encodeURIComponent(challengeId)}/answer`, answer, key),
  setPassword: (held: Credentials, newPassword: string, key: string) =>
    post<RecoveryView>(held, '/password', { newPassword }, key),
  unlock: (held: Credentials, key: string) => post<RecoveryView>(held, '/unlock', {}, key),
  cancel: (held: Credentials, key: string) => post<RecoveryView>(held, '/cancel', {}, key),
  contactAdministrator: (held: Credentials, key: string) => post<RecoveryView>(held, '/contact-administrator', {}, key),
  worked: (held: Credentials, worked: boolean, key: string) => post<RecoveryView>(held, '/worked', { worked }, key),
  passwordPolicy: (token: string | undefined) => call<PasswordPolicy>('/api/v1/password-policy', { token }),

  /** With a password, or with the pass that the helpdesk sent. */
  signIn: (request: SignInRequest, key: string) =>
    call<Session>('/api/v1/sessions', { method: 'POST', key, body: request }),
  me: () => call<SignedInAs>('/api/v1/me'),
  signOut: (token: string | undefined) => call<void>('/api/v1/sessions/current', { method: 'DELETE', token }),
  changePassword: (
    token: string | undefined,
    request: { currentPassword?: string; newPassword: string },
    key: string,
  ) => call<Session | undefined>('/api/v1/me/password', { method: 'POST', token, key, body: request }),

  notMe: (token: string) => call<NotMe>('/api/v1/not-me', { token }),
  reportNotMe: (token: string, key: string) => call<NotMe>('/api/v1/not-me', { method: 'POST', token, key, body: {} }),
};

function of(held: Credentials, rest = ''): string {
  return `/api/v1/recoveries/${encodeURIComponent(held.recoveryId)}${rest}`;
}

function post<Answer>(held: Credentials, rest: string, body: unknown, key: string): Promise<Answer> {
  return call<Answer>(of(held, rest), { method: 'POST', token: held.recoveryToken, key, body });
}

function withQuery(path: string, query: Record<string, string | undefined>): string {
  const set = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return set.length ? `${path}?${new URLSearchParams(set)}` : path;
}
