import type { Feature } from '../feature.js';
import { AnswerStepUpHandler } from './answer-step-up.js';
import { AuthenticateHandler } from './authenticate.js';
import { ChangePasswordHandler } from './change-password.js';
import { DirectorySignIn } from './directory-sign-in.js';
import { Sessions } from './open-session.js';
import { SignInByPassHandler } from './sign-in-by-pass.js';
import { SignInTries } from './sign-in-tries.js';
import { SignInHandler } from './sign-in.js';
import { SignOutHandler } from './sign-out.js';
import { StartStepUpHandler } from './start-step-up.js';
import { StepUps } from './step-ups.js';

export const sessions: Feature = {
  handlers: [
    AnswerStepUpHandler,
    AuthenticateHandler,
    ChangePasswordHandler,
    SignInByPassHandler,
    SignInHandler,
    SignOutHandler,
    StartStepUpHandler,
  ],
  parts: [DirectorySignIn, Sessions, SignInTries, StepUps],
};
