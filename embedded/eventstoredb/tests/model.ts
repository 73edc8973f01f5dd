import type { Expected } from '../log.ts';

/** What a stream is to a reader and a writer, in the simplest words that could work. */
interface ModelStream {
  readonly ids: string[];
  tombstoned: boolean;
  /** `deleted` after a soft delete. */
  truncateBefore?: number | 'deleted';
  maxCount?: number;
  hasMetadata: boolean;
}

export type ModelOutcome = 'stream_deleted' | 'wrong_expected_version' | { readonly revision: number };

/** EventStoreDB's streams as a model: the append decision table, deletes, metadata and what can be read. */
export const createModel = () => {
  const streams = new Map<string, ModelStream>();
  const known = new Map<string, readonly [stream: string, revision: number]>();
  const of = (name: string): ModelStream => {
    const stream = streams.get(name) ?? { ids: [], tombstoned: false, hasMetadata: false };
    streams.set(name, stream);
    return stream;
  };

  const refusal = (stream: ModelStream, expected: Expected): ModelOutcome | undefined => {
    if (stream.tombstoned) return 'stream_deleted';
    if (expected === 'stream_exists' && stream.truncateBefore === 'deleted') return 'stream_deleted';
    if (expected === 'stream_exists' && stream.ids.length === 0 && !stream.hasMetadata) return 'wrong_expected_version';
    return undefined;
  };

  /** The revision of the last event of a write that is already there, `some` when only its beginning is, else `none`. */
  const present = (name: string, expected: Expected, ids: readonly string[]): number | 'some' | 'none' => {
    const from = expected === 'no_stream' ? 0 : Number(expected) + 1;
    const places = ids.map((id, i) => {
      if (typeof expected === 'bigint' || expected === 'no_stream')
        return of(name).ids[from + i] === id ? from + i : undefined;
      const [stream, revision] = known.get(id) ?? [];
      return stream === name ? revision : undefined;
    });
    if (places[0] === undefined) return 'none';
    return places.includes(undefined) ? 'some' : (places.at(-1) ?? 'none');
  };

  const write = (name: string, ids: readonly string[]): ModelOutcome => {
    const stream = of(name);
    if (stream.truncateBefore === 'deleted') stream.truncateBefore = stream.ids.length;
    for (const id of ids) known.set(id, [name, stream.ids.push(id) - 1]);
    return { revision: stream.ids.length - 1 };
  };

  const append = (name: string, expected: Expected, ids: readonly string[]): ModelOutcome => {
    const stream = of(name);
    const refused = refusal(stream, expected);
    if (refused) return refused;
    const behind = expected === 'no_stream' ? stream.ids.length > 0 : Number(expected) < stream.ids.length - 1;
    const ahead = typeof expected === 'bigint' && Number(expected) > stream.ids.length - 1;
    if (ahead) return 'wrong_expected_version';
    if ((typeof expected === 'bigint' || expected === 'no_stream') && !behind) return write(name, ids);
    const revision = present(name, expected, ids);
    if (typeof revision === 'number') return { revision };
    const revives = expected === 'no_stream' && stream.truncateBefore === 'deleted' && ids.length > 0;
    return revision === 'none' && (!behind || revives) ? write(name, ids) : 'wrong_expected_version';
  };

  const remove = (name: string, expected: Expected, then: (stream: ModelStream) => void): ModelOutcome => {
    const stream = of(name);
    const last = expected === 'no_stream' ? -1n : expected;
    const revives = expected === 'no_stream' && stream.truncateBefore === 'deleted';
    const refused = refusal(stream, expected);
    if (refused) return refused;
    if (typeof last === 'bigint' && last !== BigInt(stream.ids.length - 1) && !revives) return 'wrong_expected_version';
    then(stream);
    return { revision: stream.ids.length - 1 };
  };

  return {
    append,
    softDelete: (name: string, expected: Expected): ModelOutcome =>
      of(name).ids.length === 0 && !of(name).hasMetadata && !of(name).tombstoned
        ? 'wrong_expected_version'
        : remove(name, expected, (stream) => {
            stream.truncateBefore = 'deleted';
            stream.maxCount = undefined;
            stream.hasMetadata = true;
          }),
    tombstone: (name: string, expected: Expected): ModelOutcome =>
      remove(name, expected, (stream) => {
        stream.tombstoned = true;
      }),
    setMetadata: (name: string, metadata: { truncateBefore?: number; maxCount?: number }): void => {
      const stream = of(name);
      const revived = stream.truncateBefore === 'deleted' ? stream.ids.length : metadata.truncateBefore;
      Object.assign(stream, { maxCount: metadata.maxCount, truncateBefore: revived, hasMetadata: true });
    },
    /** The ids that can be read, oldest first; or why none can. */
    read: (name: string): readonly string[] | 'missing' | 'deleted' | 'tombstoned' => {
      const { ids, tombstoned, truncateBefore = 0, maxCount = Number.POSITIVE_INFINITY } = of(name);
      if (tombstoned) return 'tombstoned';
      if (truncateBefore === 'deleted') return 'deleted';
      return ids.length === 0 ? 'missing' : ids.slice(Math.max(truncateBefore, ids.length - maxCount));
    },
  };
};
