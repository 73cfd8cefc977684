import type { Type } from '@nestjs/common';

/** What one folder of the ring brings along. */
export interface Feature {
  /** Of commands and queries: reached over the buses alone. */
  readonly handlers: readonly Type[];
  /** What several of them share, and others may ask for. */
  readonly parts: readonly Type[];
}
