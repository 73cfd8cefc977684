import { administratorWasReset } from './administrator-was-reset.js';
import { accountWasUnlocked } from './account-was-unlocked.js';
import { caseOpened } from './case-opened.js';
import { contactNeedsApproval, contactWasApproved, contactWasProposed } from './contact-notices.js';
import type { MailLanguage } from './language.js';
import { methodsWereChanged } from './methods-were-changed.js';
import { passwordExpiresSoon } from './password-expires-soon.js';
import { passwordWasChanged } from './password-was-changed.js';
import { passwordWasReset } from './password-was-reset.js';
import type { MailContent, Template } from './template.js';
import { someoneTriedAndFailed } from './someone-tried-and-failed.js';
import { temporaryAccessPass } from './temporary-access-pass.js';
import { guessingSuspected } from './guessing-suspected.js';
import { telecomBudgetLow } from './telecom-budget-low.js';
import { agentFellSilent, writebackRefused, writebackTimedOut } from './writeback-notices.js';
import { verificationCode } from './verification-code.js';
import { verificationWord } from './verification-word.js';

/** Every mail we send, by the name that stands in jobs and events. */
export const mailTemplates = {
  'verification-code': verificationCode,
  'password-was-reset': passwordWasReset,
  'password-was-changed': passwordWasChanged,
  'writeback-timed-out': writebackTimedOut,
  'writeback-refused': writebackRefused,
  'agent-fell-silent': agentFellSilent,
  'administrator-was-reset': administratorWasReset,
  'case-opened': caseOpened,
  'someone-tried-and-failed': someoneTriedAndFailed,
  'contact-was-proposed': contactWasProposed,
  'contact-needs-approval': contactNeedsApproval,
  'contact-was-approved': contactWasApproved,
  'methods-were-changed': methodsWereChanged,
  'verification-word': verificationWord,
  'temporary-access-pass': temporaryAccessPass,
  'telecom-budget-low': telecomBudgetLow,
  'guessing-suspected': guessingSuspected,
  'account-was-unlocked': accountWasUnlocked,
  'password-expires-soon': passwordExpiresSoon,
} as const satisfies Record<string, Template<never>>;

export type MailKind = keyof typeof mailTemplates;
export type MailData<Kind extends MailKind> = Parameters<(typeof mailTemplates)[Kind]>[0];

export function renderMail<Kind extends MailKind>(
  kind: Kind,
  data: MailData<Kind>,
  language: MailLanguage,
): MailContent {
  const render = mailTemplates[kind] as Template<MailData<Kind>>;
  return render(data, language);
}
