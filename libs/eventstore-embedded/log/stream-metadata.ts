import { isMetastream } from './event.js';

/** The part of a stream's metadata that changes what a read returns. */
export interface Retention {
  maxCount?: number;
  /** Seconds. */
  maxAge?: number;
  /** The first revision that is still shown. */
  truncateBefore?: number;
}

/** `$tb` of a soft-deleted stream: 2^63 − 1, read as a double. */
const softDeleted = 2 ** 63;

/** Metastreams keep only their last event, as in EventStoreDB. */
const metastreamRetention: Retention = { maxCount: 1 };
const keepAll: Retention = {};

export const isSoftDeleted = (retention: Retention): boolean => (retention.truncateBefore ?? 0) >= softDeleted;

export const softDeletion = (): Buffer => Buffer.from('{"$tb":9223372036854775807}');

export function retentionOf(stream: string, metadata: Buffer | undefined): Retention {
  if (isMetastream(stream)) return metastreamRetention;
  if (!metadata?.length) return keepAll;
  const fields = parse(metadata);
  if (!fields) return keepAll;
  const retention: Retention = {};
  if (isCount(fields.$maxCount) && fields.$maxCount > 0) retention.maxCount = fields.$maxCount;
  if (isCount(fields.$maxAge) && fields.$maxAge > 0) retention.maxAge = fields.$maxAge;
  if (isCount(fields.$tb)) retention.truncateBefore = fields.$tb;
  return retention;
}

/** The same metadata with the stream shown from `revision` on; undefined when it is not a JSON object. */
export function showingFrom(metadata: Buffer, revision: number): Buffer | undefined {
  const fields = parse(metadata);
  return fields && Buffer.from(JSON.stringify({ ...fields, $tb: revision }));
}

/** The lowest revision a reader may see, leaving age aside. */
export const firstVisible = (retention: Retention, last: number): number =>
  Math.max(0, retention.truncateBefore ?? 0, retention.maxCount === undefined ? 0 : last - retention.maxCount + 1);

function parse(metadata: Buffer): Record<string, unknown> | undefined {
  try {
    const fields: unknown = JSON.parse(metadata.toString('utf8'));
    return typeof fields === 'object' && fields !== null && !Array.isArray(fields)
      ? (fields as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
