import type { Feature } from '../feature.js';
import { RevealCaseHandler } from './reveal-case.js';
import { VaultReader } from './vault-reader.js';

export const operations: Feature = {
  handlers: [RevealCaseHandler],
  parts: [VaultReader],
};
