import type { Feature } from '../feature.js';
import { ChangeAtDirectory } from './change-at-directory.js';
import { LeaseWritebackHandler } from './lease-writeback.js';
import { OpenWritebacks } from './open-writebacks.js';
import { Reach } from './reach.js';
import { RecordReceiptHandler } from './record-receipt.js';
import { RepeatCommandHandler } from './repeat-command.js';
import { SealWriteback } from './seal-writeback.js';
import { SettleWritebackHandler } from './settle-writeback.js';
import { WriteCommands } from './write-commands.js';
import { WritebackNotices } from './writeback-notices.js';

export const writeback: Feature = {
  handlers: [LeaseWritebackHandler, RecordReceiptHandler, RepeatCommandHandler, SettleWritebackHandler],
  parts: [ChangeAtDirectory, OpenWritebacks, Reach, SealWriteback, WriteCommands, WritebackNotices],
};
