import { OperatorError } from './operations.js';

/** Why a reader was refused, in a sentence. @param code of the problem, as the API answers it */
export function refusal(code: string | undefined, details: Readonly<Record<string, unknown>> = {}): OperatorError {
  return new OperatorError(sentences[code === 'not-allowed' ? String(details.why) : (code ?? '')] ?? other(code));
}

const sentences: Readonly<Record<string, string>> = {
  'sign-in-failed': 'Signing in failed: the user name, the password or the app code is not right. A code works once.',
  'second-factor-required': 'Signing in needs the code of an authenticator app.',
  'session-limited': 'Sign in to the portal first: something has to be done there before anything else.',
  'rate-limited': 'That was asked for too often. Wait ten minutes.',
  role:
    'You may not see personal data: that takes a global administrator, an authentication administrator or an auditor. ' +
    'The refusal was recorded.',
  'other-tenant': 'You may not see personal data of another tenant. The refusal was recorded.',
  'no-tenant': 'This recovery is of no tenant, so no role may see its personal data. The refusal was recorded.',
};

const other = (code: string | undefined): string => `Keyturn refused: ${code ?? 'it did not say why'}.`;
