import { account, decoy } from '#libs/domain/account/account';
import type { RecoveryState } from '#libs/domain/recovery/recovery.state';

/** On which stream the tries of a recovery are counted, and its questions drawn: an account's, or an unknown name's. */
export function triedOn({ subject }: RecoveryState): readonly [typeof account, string] {
  const accountId = subject?.accountId;
  return accountId ? [account, accountId] : [decoy, subject?.kind === 'decoy' ? subject.token : 'nobody'];
}
