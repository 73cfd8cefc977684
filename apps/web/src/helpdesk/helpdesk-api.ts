import { call } from '../api/transport.js';
import type { HelpdeskUser, OpenCases, ProposedContact, searched } from './helpdesk.js';

const base = '/api/v1/helpdesk';
const post = <T>(path: string, body: unknown, key: string) => call<T>(`${base}${path}`, { method: 'POST', body, key });
const show = (accountId: string) => call<HelpdeskUser>(`${base}/users/${accountId}`);

/** Where a case lies. */
export interface InCase {
  accountId: string;
  caseId: string;
}

const inCase = ({ accountId, caseId }: InCase) => `/users/${accountId}/cases/${caseId}`;

/** The cookie stands for the session. What changes something gives the user as they are then. */
export const helpdeskApi = {
  cases: (cursor: string | undefined) =>
    call<OpenCases>(`${base}/cases${cursor === undefined ? '' : `?cursor=${cursor}`}`),
  find: (by: ReturnType<typeof searched>, key: string) => post<HelpdeskUser>('/users/search', by, key),
  show,
  openCase: (accountId: string, key: string) => post(`/users/${accountId}/cases`, {}, key).then(() => show(accountId)),
  sendWord: ({ methodId, ...where }: InCase & { methodId: string }, key: string) =>
    post<{ expiresAt: string }>(`${inCase(where)}/word`, { methodId }, key),
  answerWord: ({ word, ...where }: InCase & { word: string }, key: string) =>
    post(`${inCase(where)}/word/answer`, { word }, key).then(() => show(where.accountId)),
  sendPass: ({ methodId, ...where }: InCase & { methodId: string }, key: string) =>
    post<{ expiresAt: string }>(`${inCase(where)}/pass`, { methodId }, key),
  liftBlocks: ({ reason, ...where }: InCase & { reason: string }, key: string) =>
    post(`${inCase(where)}/lift-blocks`, { reason }, key).then(() => show(where.accountId)),
  propose: ({ method, contact, ...where }: InCase & ProposedContact, key: string) =>
    post(`${inCase(where)}/contacts`, { method, contact }, key).then(() => show(where.accountId)),
  decide: (
    { accountId, proposalId, decision }: { accountId: string; proposalId: string; decision: 'approve' | 'reject' },
    key: string,
  ) => post(`/users/${accountId}/proposals/${proposalId}/${decision}`, {}, key).then(() => show(accountId)),
  requirePasswordChange: (accountId: string, key: string) =>
    post(`/users/${accountId}/require-password-change`, {}, key).then(() => show(accountId)),
  liftNotMe: (accountId: string, key: string) =>
    post(`/users/${accountId}/lift-not-me`, {}, key).then(() => show(accountId)),
};
