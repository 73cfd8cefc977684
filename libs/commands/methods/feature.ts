import type { Feature } from '../feature.js';
import { AnswerRegistrationInterruptHandler } from './answer-registration-interrupt.js';
import { ConfirmRegistrationElsewhereHandler } from './confirm-registration-elsewhere.js';
import { ConfirmRegistrationHandler } from './confirm-registration.js';
import { Confirmations } from './confirmations.js';
import { OwnMethodsView } from './own-methods.js';
import { RemoveMethodHandler } from './remove-method.js';
import { ResendRegistrationHandler } from './resend-registration.js';
import { StartRegistrationHandler } from './start-registration.js';

export const methods: Feature = {
  handlers: [
    AnswerRegistrationInterruptHandler,
    ConfirmRegistrationElsewhereHandler,
    ConfirmRegistrationHandler,
    RemoveMethodHandler,
    ResendRegistrationHandler,
    StartRegistrationHandler,
  ],
  parts: [Confirmations, OwnMethodsView],
};
