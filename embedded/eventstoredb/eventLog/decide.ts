import type { Expected } from '../log.ts';
import { TOMBSTONE } from '../storage/keys.ts';

/** What a decision on an append or a delete needs to know about the stream, writes under way included. */
export interface StreamFacts {
  /** The stream's last revision, -1 when it has none, `TOMBSTONE` when it is gone for good. */
  readonly last: bigint;
  readonly softDeleted: boolean;
  readonly hasMetadata: boolean;
  /** Whether the event at a revision of this stream has this id. */
  readonly hasAt: (id: string, revision: bigint) => boolean;
  /** The revision at which this stream recently got an event with this id. Best effort, as on the real server. */
  readonly recent: (id: string) => bigint | undefined;
}

export type Decision =
  | { readonly kind: 'append' }
  /** All of it is already there: answer with the last of these events. */
  | { readonly kind: 'already_there'; readonly revision: bigint }
  | { readonly kind: 'wrong_expected_version' }
  | { readonly kind: 'stream_deleted' };

const APPEND: Decision = { kind: 'append' };
const WRONG: Decision = { kind: 'wrong_expected_version' };
const DELETED: Decision = { kind: 'stream_deleted' };

/**
 * The append decision table of EventStoreDB 23.10.
 * Source: `CheckCommit` in its `IndexWriter.cs`, checked against a running server.
 */
export const decide = (expected: Expected, ids: readonly string[], stream: StreamFacts): Decision => {
  if (stream.last === TOMBSTONE) return DELETED;
  switch (expected) {
    case 'any':
      return decideAny(ids, stream);
    case 'stream_exists':
      if (stream.softDeleted) return DELETED;
      return stream.last < 0n && !stream.hasMetadata ? WRONG : decideAny(ids, stream);
    case 'no_stream':
      return decideExact(-1n, ids, stream);
    default:
      return decideExact(expected, ids, stream);
  }
};

const decideAny = (ids: readonly string[], { recent }: StreamFacts): Decision => {
  const known = ids.map(recent);
  const [first] = known;
  if (first === undefined) return APPEND;
  const last = known.at(-1);
  return known.includes(undefined) || last === undefined ? WRONG : { kind: 'already_there', revision: last };
};

const decideExact = (expected: bigint, ids: readonly string[], stream: StreamFacts): Decision => {
  if (expected === stream.last) return APPEND;
  if (expected > stream.last) return WRONG;
  const mismatch = ids.findIndex((id, i) => !stream.hasAt(id, expected + 1n + BigInt(i)));
  if (mismatch === -1)
    return ids.length === 0 ? WRONG : { kind: 'already_there', revision: expected + BigInt(ids.length) };
  return mismatch === 0 && expected === -1n && stream.softDeleted ? APPEND : WRONG;
};
