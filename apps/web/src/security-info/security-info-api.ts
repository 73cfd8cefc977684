import type { Method } from '../api/contract.js';
import { call } from '../api/transport.js';

export interface OwnMethod {
  methodId: string;
  method: Method;
  /** shared by methods of one contact: a mobile phone is two */
  group: string;
  hint: string;
  recoversFrom?: string;
}

export interface OwnMethods {
  methods: OwnMethod[];
  registrable: Method[];
  missing: number;
  needsApp: boolean;
  advice?: 'register-another';
  due?: 'register-methods' | 'reconfirm-methods';
  skippable: boolean;
}

/** A code or call under way, for a registration or a step-up. */
export interface Asked {
  method: Method;
  expiresAt: string;
  digits?: number;
}

export interface Registration extends Asked {
  registrationId: string;
  uri?: string;
  secret?: string;
  qr?: { size: number; path: string };
}

/** One device may be paired by it, once, until it expires. */
export interface Pairing {
  deviceId: string;
  pairingCode: string;
  pairingUrl: string;
  expiresAt: string;
  qr: { size: number; path: string };
}

export interface StepUp extends Asked {
  stepUpId: string;
}

export interface StepUpView {
  state: 'passed' | 'required' | 'guarded';
  until?: string;
  options: { methodId: string; method: Method; hint: string }[];
}

export interface QuestionChoice {
  toRegister: number;
  most: number;
  questions: { questionId: string; text: string }[];
}

export interface Answer {
  questionId: string;
  answer: string;
}

export type Progress = 'waiting' | 'confirmed' | 'denied' | 'expired';

const methods = '/api/v1/me/methods';
const post = <T>(path: string, body: unknown, key: string) => call<T>(path, { method: 'POST', key, body });

/** The cookie stands for the session. */
export const securityInfo = {
  list: () => call<OwnMethods>(methods),
  register: (wish: { method: Method; contact?: string; replaces?: string }, key: string) =>
    post<Registration>(methods, wish, key),
  confirm: (registrationId: string, code: string, key: string) =>
    post<OwnMethods>(`${methods}/registrations/${registrationId}/confirm`, { code }, key),
  resend: (registrationId: string, key: string) =>
    post<Registration>(`${methods}/registrations/${registrationId}/resend`, {}, key),
  progress: (registrationId: string) => call<{ state: Progress }>(`${methods}/registrations/${registrationId}`),
  remove: (methodId: string, key: string) => call<OwnMethods>(`${methods}/${methodId}`, { method: 'DELETE', key }),
  reconfirm: (key: string) => post<OwnMethods>(`${methods}/confirm`, {}, key),
  skip: (key: string) => post<OwnMethods>(`${methods}/skip`, {}, key),
  pairDevice: (key: string) => post<Pairing>('/api/v1/me/devices', {}, key),
  removeDevice: (deviceId: string, key: string) =>
    call<void>(`/api/v1/me/devices/${deviceId}`, { method: 'DELETE', key }),
  questions: () => call<QuestionChoice>(`${methods}/questions`),
  registerQuestions: (answers: Answer[], key: string) => post<OwnMethods>(`${methods}/questions`, { answers }, key),
  stepUp: () => call<StepUpView>('/api/v1/me/step-up'),
  startStepUp: (methodId: string, key: string) => post<StepUp>('/api/v1/me/step-up', { methodId }, key),
  answerStepUp: (stepUpId: string, code: string, key: string) =>
    post<StepUpView>(`/api/v1/me/step-up/${stepUpId}/answer`, { code }, key),
};
