import { describe, expect, it } from '@jest/globals';
import type { Expected } from '../log.ts';
import { TOMBSTONE } from '../storage/keys.ts';
import { decide, type StreamFacts } from './decide.ts';

/** A stream that holds these ids from revision 0, all of them remembered. */
const streamOf = (ids: readonly string[], more: Partial<StreamFacts> = {}): StreamFacts => ({
  last: BigInt(ids.length - 1),
  softDeleted: false,
  hasMetadata: false,
  hasAt: (id, revision) => ids[Number(revision)] === id,
  recent: (id) => (ids.includes(id) ? BigInt(ids.lastIndexOf(id)) : undefined),
  ...more,
});

const append = { kind: 'append' };
const wrong = { kind: 'wrong_expected_version' };
const deleted = { kind: 'stream_deleted' };
const alreadyThere = (revision: bigint) => ({ kind: 'already_there', revision });

const none = streamOf([]);
const ab = streamOf(['a', 'b']);
const abDeleted = streamOf(['a', 'b'], { softDeleted: true, hasMetadata: true });
const gone = streamOf(['a'], { last: TOMBSTONE });

describe('the append decision table', () => {
  it.each<[string, StreamFacts, Expected, string[], object]>([
    ['refuses a tombstoned stream, whatever is expected', gone, 'any', ['a'], deleted],
    ['refuses a tombstoned stream at its very end', gone, TOMBSTONE, ['x'], deleted],
    ['stream_exists: refuses a soft-deleted stream as deleted', abDeleted, 'stream_exists', ['x'], deleted],
    ['stream_exists: refuses a missing stream', none, 'stream_exists', ['x'], wrong],
    [
      'stream_exists: accepts metadata as existence',
      streamOf([], { hasMetadata: true }),
      'stream_exists',
      ['x'],
      append,
    ],
    ['stream_exists: is idempotent like any', ab, 'stream_exists', ['a'], alreadyThere(0n)],
    ['any: appends to a missing stream', none, 'any', ['x'], append],
    ['any: appends everything when the first id is new', ab, 'any', ['x', 'a'], append],
    ['any: all ids known is success', ab, 'any', ['a', 'b'], alreadyThere(1n)],
    ['any: answers with the last event of this write', ab, 'any', ['b', 'a'], alreadyThere(0n)],
    ['any: refuses a known id followed by a new one', ab, 'any', ['a', 'x'], wrong],
    ['any: no events is success', ab, 'any', [], append],
    ['exact: refuses to be ahead', ab, 2n, ['x'], wrong],
    ['exact: appends at the end', ab, 1n, ['x'], append],
    ['exact: appends at the end even the id of the last event', ab, 1n, ['b'], append],
    ['exact: no events at the end is success', ab, 1n, [], append],
    ['exact: no events behind the end is refused', ab, 0n, [], wrong],
    ['exact: the same events again are success', ab, 0n, ['b'], alreadyThere(1n)],
    ['exact: other events are refused', ab, 0n, ['x'], wrong],
    ['exact: running over the end is refused', ab, 0n, ['b', 'c'], wrong],
    ['no_stream: appends to a missing stream', none, 'no_stream', ['x'], append],
    ['no_stream: the same events again are success', ab, 'no_stream', ['a'], alreadyThere(0n)],
    ['no_stream: all the same events again are success', ab, 'no_stream', ['a', 'b'], alreadyThere(1n)],
    ['no_stream: a later mismatch is refused', ab, 'no_stream', ['a', 'x'], wrong],
    ['no_stream: other events are refused', ab, 'no_stream', ['x'], wrong],
    ['no_stream: revives a soft-deleted stream', abDeleted, 'no_stream', ['x'], append],
    ['no_stream: no events on a stream with events are refused', ab, 'no_stream', [], wrong],
  ])('%s', (_, stream, expected, ids, decision) => {
    expect(decide(expected, ids, stream)).toEqual(decision);
  });
});
