/** What a stream's metadata says about which of its events can be read. Everything else in it is the client's. */
export interface StreamMetadata {
  /** `$tb`: the first revision that can be read; `DELETED` in a soft-deleted stream. */
  readonly truncateBefore?: bigint;
  /** `$maxCount`: how many of the last events can be read. */
  readonly maxCount?: bigint;
  /** `$maxAge`, in seconds. */
  readonly maxAge?: number;
}

/** The `$tb` of a soft-deleted stream. */
export const DELETED = 9_223_372_036_854_775_807n;

export const METADATA_TYPE = '$metadata';

const METASTREAM = '$$';

export const isMetastream = (stream: string): boolean => stream.startsWith(METASTREAM);
export const metastreamOf = (stream: string): string => METASTREAM + stream;
export const originalStreamOf = (metastream: string): string => metastream.slice(METASTREAM.length);

/** A metastream keeps its last event only. */
const METADATA_OF_METASTREAM: StreamMetadata = { maxCount: 1n };
const NO_METADATA: StreamMetadata = {};

const TRUNCATE_BEFORE = /"\$tb"\s*:\s*(-?\d+)/g;

/**
 * Reads stream metadata. `$tb` is taken from the text: a soft delete writes 9223372036854775807, which `JSON.parse`
 * rounds. Unreadable metadata counts as none, as on the real server.
 */
export const parseMetadata = (data: Buffer): StreamMetadata => {
  const text = data.toString();
  const parsed = parseObject(text);
  if (!parsed) return NO_METADATA;
  return {
    truncateBefore: exactInteger(text, parsed.$tb),
    maxCount: positiveInteger(parsed.$maxCount, (n) => BigInt(n)),
    maxAge: positiveInteger(parsed.$maxAge, (n) => n),
  };
};

const exactInteger = (text: string, rounded: unknown): bigint | undefined => {
  for (const [, digits] of text.matchAll(TRUNCATE_BEFORE)) if (Number(digits) === rounded) return BigInt(digits ?? 0);
  return undefined;
};

const positiveInteger = <A>(value: unknown, to: (n: number) => A): A | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? to(value) : undefined;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parseObject = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** The metadata in force for a stream, given the data of its metastream's last event. */
export const metadataOf = (stream: string, data: Buffer | undefined): StreamMetadata =>
  isMetastream(stream) ? METADATA_OF_METASTREAM : data ? parseMetadata(data) : NO_METADATA;

/** The metadata that a soft delete writes. */
export const deletedMetadata = (): Buffer => Buffer.from(`{"$tb":${DELETED}}`);

/**
 * The metadata that an append to a soft-deleted stream writes: all of the old one, `$tb` at the first new event. Undefined
 * when the old one cannot be read: the real server then leaves it as it is.
 */
export const undeletedMetadata = (data: Buffer, truncateBefore: bigint): Buffer | undefined => {
  const parsed = parseObject(data.toString());
  return parsed && Buffer.from(JSON.stringify({ ...parsed, $tb: Number(truncateBefore) }));
};

/** The first revision that can be read by `$tb` and `$maxCount`, given the stream's last one. */
export const firstVisible = ({ truncateBefore = 0n, maxCount }: StreamMetadata, last: bigint): bigint => {
  const byCount = maxCount === undefined ? 0n : last - maxCount + 1n;
  return byCount > truncateBefore ? byCount : truncateBefore;
};

export const isSoftDeleted = ({ truncateBefore }: StreamMetadata): boolean => truncateBefore === DELETED;
