import type { Feature } from '../feature.js';
import { AnswerElsewhereHandler } from './answer-elsewhere.js';
import { CloseRecoveryHandler } from './close-recovery.js';
import { CompleteResetHandler } from './complete-reset.js';
import { ExpireRecoveryHandler } from './expire-recovery.js';
import { GetRecoveryHandler } from './get-recovery.js';
import { IssueChallengeHandler } from './issue-challenge.js';
import { Ledger } from './ledger.js';
import { NewCredentials } from './new-credentials.js';
import { OpenRecoveries } from './open-recoveries.js';
import { Proofs } from './proofs.js';
import { Recoveries } from './recoveries.js';
import { RecoveryViews } from './recovery-view.js';
import { ReportWorkedHandler } from './report-worked.js';
import { ResetNotices } from './reset-notices.js';
import { ResetPasswordHandler } from './reset-password.js';
import { StartRecoveryHandler } from './start-recovery.js';
import { UnlockAccountHandler } from './unlock-account.js';
import { VerifyChallengeHandler } from './verify-challenge.js';

export const recovery: Feature = {
  handlers: [
    AnswerElsewhereHandler,
    CloseRecoveryHandler,
    CompleteResetHandler,
    ExpireRecoveryHandler,
    GetRecoveryHandler,
    IssueChallengeHandler,
    ReportWorkedHandler,
    ResetPasswordHandler,
    StartRecoveryHandler,
    UnlockAccountHandler,
    VerifyChallengeHandler,
  ],
  parts: [Ledger, NewCredentials, OpenRecoveries, Proofs, Recoveries, RecoveryViews, ResetNotices],
};
