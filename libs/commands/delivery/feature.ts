import type { Feature } from '../feature.js';
import { CarriedCodes } from './carried-codes.js';
import { GetCallScriptHandler } from './get-call-script.js';
import { ReceiveReceiptHandler } from './receive-receipt.js';
import { RecoveryCodes } from './recovery-codes.js';

export const delivery: Feature = {
  handlers: [GetCallScriptHandler, ReceiveReceiptHandler],
  parts: [CarriedCodes, RecoveryCodes],
};
