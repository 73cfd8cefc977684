import { Agents } from './agents/agents.js';
import { DirectoryContacts } from './agents/directory-contacts.js';
import { AuthenticateAgentHandler } from './agents/authenticate-agent.js';
import { CreateAgentHandler } from './agents/create-agent.js';
import { EnrolAgentHandler } from './agents/enrol-agent.js';
import { ImportPeopleHandler } from './agents/import-people.js';
import { NoteDirectorySignInsHandler } from './agents/note-directory-sign-ins.js';
import { NoteGonePeopleHandler } from './agents/note-gone-people.js';
import { ListAgentsHandler } from './agents/list-agents.js';
import { RevokeAgentHandler } from './agents/revoke-agent.js';
import { RollAgentKeysHandler } from './agents/roll-agent-keys.js';
import { VouchedKeys } from './agents/vouched-keys.js';
import { NewCredentials } from './recovery/new-credentials.js';
import { ResetNotices } from './recovery/reset-notices.js';
import { LeaseWritebackHandler } from './writeback/lease-writeback.js';
import { OpenWritebacks } from './writeback/open-writebacks.js';
import { RecordReceiptHandler } from './writeback/record-receipt.js';
import { SealWriteback } from './writeback/seal-writeback.js';
import { ChangeAtDirectory } from './writeback/change-at-directory.js';
import { Reach } from './writeback/reach.js';
import { RepeatCommandHandler } from './writeback/repeat-command.js';
import { SettleWritebackHandler } from './writeback/settle-writeback.js';
import { WriteCommands } from './writeback/write-commands.js';
import { WritebackNotices } from './writeback/writeback-notices.js';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AdministerAccountHandler } from './accounts/administer-account.js';
import { ChangeMembershipHandler } from './accounts/change-membership.js';
import { CreateAccountHandler } from './accounts/create-account.js';
import { CreateUserHandler } from './accounts/create-user.js';
import { DisableAccountHandler } from './accounts/disable-account.js';
import { GetUserHandler, ListUsersHandler } from './accounts/list-users.js';
import { PasswordChecks } from './accounts/password-checks.js';
import { SecondFactor } from './accounts/second-factor.js';
import { CaptchaGate } from './captchas/captcha-gate.js';
import { CreateCaptchaHandler } from './captchas/create-captcha.js';
import { Clients } from './clients.js';
import { Contexts } from './contexts.js';
import { CarriedCodes } from './delivery/carried-codes.js';
import { GetCallScriptHandler } from './delivery/get-call-script.js';
import { ReceiveReceiptHandler } from './delivery/receive-receipt.js';
import { RecoveryCodes } from './delivery/recovery-codes.js';
import { TellAdministrators } from './helpdesk/tell-administrators.js';
import { Assistants } from './helpdesk/assistants.js';
import { CarryAlertHandler } from './helpdesk/carry-alert.js';
import { ConfirmWordHandler } from './helpdesk/confirm-word.js';
import { DecideProposalHandler } from './helpdesk/decide-proposal.js';
import { HelpdeskUsers } from './helpdesk/helpdesk-users.js';
import { FindUserHandler, ShowUserHandler } from './helpdesk/find-user.js';
import { IssuePassHandler } from './helpdesk/issue-pass.js';
import { ListCasesHandler } from './helpdesk/list-cases.js';
import { OpenCaseHandler } from './helpdesk/open-case.js';
import { ProposeContactHandler } from './helpdesk/propose-contact.js';
import { SendWordHandler } from './helpdesk/send-word.js';
import { LiftBlocksInCaseHandler } from './helpdesk/lift-blocks.js';
import { LiftNotMeHandler } from './helpdesk/lift-not-me.js';
import { RequirePasswordChangeHandler } from './helpdesk/require-password-change.js';
import { AnswerApprovalHandler } from './devices/answer-approval.js';
import { AuthenticateDeviceHandler } from './devices/authenticate-device.js';
import { ListApprovalsHandler } from './devices/list-approvals.js';
import { ListDevicesHandler } from './devices/list-devices.js';
import { OfferPairingHandler } from './devices/offer-pairing.js';
import { PairDeviceHandler } from './devices/pair-device.js';
import { RemoveDeviceHandler } from './devices/remove-device.js';
import { SubscribePushHandler } from './devices/subscribe-push.js';
import { givenBy } from './given.js';
import type { Infrastructure } from './infrastructure.js';
import { CorrectOutcomeHandler } from './not-me/correct-outcome.js';
import { NoticesDisputed } from './not-me/notices-disputed.js';
import { ReportNotMeHandler } from './not-me/report-not-me.js';
import { ShowNotMeHandler } from './not-me/show-not-me.js';
import { RevealCaseHandler } from './operations/reveal-case.js';
import { VaultReader } from './operations/vault-reader.js';
import { AnswerRegistrationInterruptHandler } from './methods/answer-registration-interrupt.js';
import { ConfirmRegistrationElsewhereHandler } from './methods/confirm-registration-elsewhere.js';
import { ConfirmRegistrationHandler } from './methods/confirm-registration.js';
import { Confirmations } from './methods/confirmations.js';
import { OwnMethodsView } from './methods/own-methods.js';
import { RemoveMethodHandler } from './methods/remove-method.js';
import { ResendRegistrationHandler } from './methods/resend-registration.js';
import { StartRegistrationHandler } from './methods/start-registration.js';
import { Questions } from './questions/questions.js';
import { RegisterQuestionsHandler } from './questions/register-questions.js';
import { ReadActivityHandler } from './me/activity.js';
import { CoarseClients } from './me/coarse-client.js';
import { EndSessionHandler } from './me/end-session.js';
import { ListSessionsHandler } from './me/list-sessions.js';
import { AnswerElsewhereHandler } from './recovery/answer-elsewhere.js';
import { CloseRecoveryHandler } from './recovery/close-recovery.js';
import { CompleteResetHandler } from './recovery/complete-reset.js';
import { ExpireRecoveryHandler } from './recovery/expire-recovery.js';
import { GetRecoveryHandler } from './recovery/get-recovery.js';
import { IssueChallengeHandler } from './recovery/issue-challenge.js';
import { Ledger } from './recovery/ledger.js';
import { OpenRecoveries } from './recovery/open-recoveries.js';
import { Proofs } from './recovery/proofs.js';
import { Recoveries } from './recovery/recoveries.js';
import { RecoveryViews } from './recovery/recovery-view.js';
import { ReportWorkedHandler } from './recovery/report-worked.js';
import { ResetPasswordHandler } from './recovery/reset-password.js';
import { StartRecoveryHandler } from './recovery/start-recovery.js';
import { UnlockAccountHandler } from './recovery/unlock-account.js';
import { VerifyChallengeHandler } from './recovery/verify-challenge.js';
import { AnswerStepUpHandler } from './sessions/answer-step-up.js';
import { AuthenticateHandler } from './sessions/authenticate.js';
import { ChangePasswordHandler } from './sessions/change-password.js';
import { Sessions } from './sessions/open-session.js';
import { SignInByPassHandler } from './sessions/sign-in-by-pass.js';
import { DirectorySignIn } from './sessions/directory-sign-in.js';
import { SignInHandler } from './sessions/sign-in.js';
import { SignInTries } from './sessions/sign-in-tries.js';
import { SignOutHandler } from './sessions/sign-out.js';
import { ChangePolicyHandler } from './tenants/change-policy.js';
import { StartStepUpHandler } from './sessions/start-step-up.js';
import { StepUps } from './sessions/step-ups.js';
import { ChangeTenantHandler } from './tenants/change-tenant.js';
import { PhoneLimits } from './telecom/phone-limits.js';
import { TelecomBudget } from './telecom/telecom-budget.js';
import { CreateTenantHandler } from './tenants/create-tenant.js';
import { ListGroupsHandler } from './tenants/list-groups.js';
import { Offices } from './tenants/offices.js';
import { PreviewPolicyHandler } from './tenants/preview-policy.js';
import { Tenants } from './tenants/tenants.js';
import { ThrottleLog } from './throttle-log.js';
import { Throttle } from './throttle.js';

const handlers: Type[] = [
  AuthenticateAgentHandler,
  CreateAgentHandler,
  EnrolAgentHandler,
  ImportPeopleHandler,
  NoteGonePeopleHandler,
  NoteDirectorySignInsHandler,
  LeaseWritebackHandler,
  ListAgentsHandler,
  ListCasesHandler,
  RecordReceiptHandler,
  RepeatCommandHandler,
  RevokeAgentHandler,
  RollAgentKeysHandler,
  SettleWritebackHandler,
  AnswerApprovalHandler,
  AdministerAccountHandler,
  AnswerElsewhereHandler,
  AuthenticateDeviceHandler,
  AnswerRegistrationInterruptHandler,
  AnswerStepUpHandler,
  AuthenticateHandler,
  ChangeMembershipHandler,
  ChangePasswordHandler,
  ChangePolicyHandler,
  CarryAlertHandler,
  ChangeTenantHandler,
  CloseRecoveryHandler,
  ConfirmRegistrationElsewhereHandler,
  ConfirmRegistrationHandler,
  CompleteResetHandler,
  ConfirmWordHandler,
  CorrectOutcomeHandler,
  CreateAccountHandler,
  CreateCaptchaHandler,
  CreateTenantHandler,
  DecideProposalHandler,
  CreateUserHandler,
  DisableAccountHandler,
  EndSessionHandler,
  ExpireRecoveryHandler,
  GetCallScriptHandler,
  FindUserHandler,
  GetRecoveryHandler,
  GetUserHandler,
  IssueChallengeHandler,
  ListGroupsHandler,
  ListUsersHandler,
  PreviewPolicyHandler,
  IssuePassHandler,
  LiftBlocksInCaseHandler,
  LiftNotMeHandler,
  RequirePasswordChangeHandler,
  OpenCaseHandler,
  ProposeContactHandler,
  ReportNotMeHandler,
  ListApprovalsHandler,
  ListDevicesHandler,
  OfferPairingHandler,
  PairDeviceHandler,
  RemoveDeviceHandler,
  ReceiveReceiptHandler,
  RegisterQuestionsHandler,
  RemoveMethodHandler,
  ListSessionsHandler,
  ReadActivityHandler,
  ReportWorkedHandler,
  ResendRegistrationHandler,
  ResetPasswordHandler,
  SendWordHandler,
  ShowNotMeHandler,
  RevealCaseHandler,
  ShowUserHandler,
  SignInByPassHandler,
  SignInHandler,
  SignOutHandler,
  StartRecoveryHandler,
  SubscribePushHandler,
  StartRegistrationHandler,
  StartStepUpHandler,
  UnlockAccountHandler,
  VerifyChallengeHandler,
];

const parts: Type[] = [
  Assistants,
  Agents,
  DirectoryContacts,
  DirectorySignIn,
  NewCredentials,
  OpenWritebacks,
  ResetNotices,
  ChangeAtDirectory,
  Reach,
  SealWriteback,
  TellAdministrators,
  WritebackNotices,
  WriteCommands,
  CaptchaGate,
  CarriedCodes,
  Clients,
  Confirmations,
  CoarseClients,
  Contexts,
  HelpdeskUsers,
  Ledger,
  NoticesDisputed,
  OwnMethodsView,
  Offices,
  OpenRecoveries,
  PasswordChecks,
  PhoneLimits,
  Proofs,
  Questions,
  Recoveries,
  RecoveryCodes,
  RecoveryViews,
  SecondFactor,
  Sessions,
  SignInTries,
  StepUps,
  TelecomBudget,
  Tenants,
  Throttle,
  ThrottleLog,
  VaultReader,
  VouchedKeys,
];

/** The ring: every command and query, over one process's infrastructure. */
@Module({})
export class CommandsModule {
  static over(infrastructure: Infrastructure): DynamicModule {
    const given = givenBy(infrastructure);
    return {
      module: CommandsModule,
      global: true,
      imports: [CqrsModule.forRoot()],
      providers: [...given, ...parts, ...handlers],
      exports: [CqrsModule, ...given.map(({ provide }) => provide), ...parts],
    };
  }
}
