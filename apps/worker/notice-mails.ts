import type { MailLanguage } from '#libs/channels/email/templates/language';
import type { NotMe } from '#libs/channels/email/templates/not-me-link';
import type { MailContent } from '#libs/channels/email/templates/template';
import { renderMail } from '#libs/channels/email/templates/templates';
import type { VerificationCode } from '#libs/channels/email/templates/verification-code';
import type { NoticeTemplate } from '#libs/domain/account/notices';

/** All that a notice may say, looked up at the last moment. */
export interface NoticeContent {
  readonly organisation: string;
  /** whom it is about, masked */
  readonly account: string;
  readonly at: Date;
  readonly helpdesk?: string;
  readonly notMe?: NotMe;
  readonly facts: Readonly<Record<string, string>>;
  /** What it carries to be typed in. */
  readonly code?: Omit<VerificationCode, 'organisation'>;
}

export const noticeMail = (template: NoticeTemplate, content: NoticeContent, language: MailLanguage): MailContent =>
  mails[template](content, language);

const mails: { readonly [T in NoticeTemplate]: (content: NoticeContent, language: MailLanguage) => MailContent } = {
  'password-was-reset': (content, language) => renderMail('password-was-reset', content, language),
  'password-was-changed': (content, language) => renderMail('password-was-changed', content, language),
  'writeback-timed-out': ({ facts: { kind = 'reset', unchanged = 'no' }, ...content }, language) =>
    renderMail('writeback-timed-out', { ...content, kind, unchanged }, language),
  'writeback-refused': ({ facts: { result = '' }, ...content }, language) =>
    renderMail('writeback-refused', { ...content, result }, language),
  'agent-fell-silent': ({ facts: { agent = '', since = '' }, ...content }, language) =>
    renderMail('agent-fell-silent', { ...content, agent, since: new Date(since) }, language),
  'administrator-was-reset': (content, language) => renderMail('administrator-was-reset', content, language),
  'methods-were-changed': ({ facts, ...content }, language) =>
    renderMail('methods-were-changed', { ...content, ...facts }, language),
  'verification-code': ({ organisation, code }, language) => {
    if (!code) throw new Error('a verification code was asked for without one');
    return renderMail('verification-code', { organisation, ...code }, language);
  },
  'someone-tried-and-failed': (content, language) => renderMail('someone-tried-and-failed', content, language),
  'case-opened': (content, language) => renderMail('case-opened', { ...content, ...aboutCase(content) }, language),
  'contact-was-proposed': (content, language) =>
    renderMail('contact-was-proposed', { ...content, ...aboutCase(content) }, language),
  'contact-needs-approval': (content, language) =>
    renderMail('contact-needs-approval', { ...content, ...aboutCase(content) }, language),
  'contact-was-approved': (content, language) =>
    renderMail('contact-was-approved', { ...content, ...aboutCase(content) }, language),
  'verification-word': ({ organisation, code }, language) => {
    const { code: words, validMinutes } = carriedBy('verification-word', code);
    return renderMail('verification-word', { organisation, words, validMinutes }, language);
  },
  'temporary-access-pass': ({ organisation, code }, language) => {
    const { code: pass, validMinutes } = carriedBy('temporary-access-pass', code);
    return renderMail('temporary-access-pass', { organisation, code: pass, validMinutes }, language);
  },
  'telecom-budget-low': ({ organisation, facts }, language) => {
    const { month = '', reserved, budget } = facts;
    const data = { organisation, month, reserved: Number(reserved), budget: Number(budget) };
    return renderMail('telecom-budget-low', data, language);
  },
  'guessing-suspected': ({ organisation, facts: { failures, names } }, language) =>
    renderMail('guessing-suspected', { organisation, failures: Number(failures), names: Number(names) }, language),
  'account-was-unlocked': (content, language) => renderMail('account-was-unlocked', content, language),
  'password-expires-soon': ({ facts, ...content }, language) =>
    renderMail('password-expires-soon', { ...content, expiresAt: new Date(facts.expiresAt ?? content.at) }, language),
};

const aboutCase = ({ facts: { caseId = '', method = '' } }: NoticeContent) => ({
  method,
  caseNumber: caseId.slice(0, 8).toUpperCase(),
});

function carriedBy<Code>(template: NoticeTemplate, code: Code | undefined): Code {
  if (!code) throw new Error(`a ${template} was asked for without what it carries`);
  return code;
}
