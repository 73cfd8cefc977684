import type { CaseFile } from '#libs/commands/operations/case-file';
import type { RevealedCase } from '#libs/commands/operations/revealed-case';
import type { ReplayRequest } from '#libs/commands/operations/replay';
import type { RebuildProgress, RebuildResult } from '#libs/readmodels/rebuild';

/** What the command line can have done, by a running Keyturn or by itself on the same stores. */
export interface Operations {
  caseFile(code: string): Promise<CaseFile | undefined>;
  /** The same with personal data, for somebody who proves who they are and may read them. */
  reveal(code: string, reader: Reader): Promise<RevealedCase | undefined>;
  replay(request: ReplayRequest, onProgress: (progress: RebuildProgress) => void): Promise<readonly RebuildResult[]>;
  /** lines of a backup */
  backup(): AsyncIterable<string>;
  /** lines of the list of who was erased */
  erasures(): AsyncIterable<string>;
  close(): Promise<void>;
}

/** Who wants to see personal data, with what proves it, and why. */
export interface Reader {
  readonly username: string;
  readonly password: string;
  readonly code: string;
  readonly reason: string;
}

/** Something the operator can put right; the message is a sentence saying how. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}
