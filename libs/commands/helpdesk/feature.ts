import type { Feature } from '../feature.js';
import { Assistants } from './assistants.js';
import { CarryAlertHandler } from './carry-alert.js';
import { ConfirmWordHandler } from './confirm-word.js';
import { DecideProposalHandler } from './decide-proposal.js';
import { FindUserHandler, ShowUserHandler } from './find-user.js';
import { HelpdeskUsers } from './helpdesk-users.js';
import { IssuePassHandler } from './issue-pass.js';
import { LiftBlocksInCaseHandler } from './lift-blocks.js';
import { LiftNotMeHandler } from './lift-not-me.js';
import { ListCasesHandler } from './list-cases.js';
import { OpenCaseHandler } from './open-case.js';
import { ProposeContactHandler } from './propose-contact.js';
import { RequirePasswordChangeHandler } from './require-password-change.js';
import { SendWordHandler } from './send-word.js';
import { TellAdministrators } from './tell-administrators.js';

export const helpdesk: Feature = {
  handlers: [
    CarryAlertHandler,
    ConfirmWordHandler,
    DecideProposalHandler,
    FindUserHandler,
    IssuePassHandler,
    LiftBlocksInCaseHandler,
    LiftNotMeHandler,
    ListCasesHandler,
    OpenCaseHandler,
    ProposeContactHandler,
    RequirePasswordChangeHandler,
    SendWordHandler,
    ShowUserHandler,
  ],
  parts: [Assistants, HelpdeskUsers, TellAdministrators],
};
