import { describe, expect, it } from '@jest/globals';
import type { StreamMetadata } from '@eventstore/db-client/dist/streams/utils/streamMetadata.js';
import { anEvent, events, newName, readAllOf, revisionsOf } from './events.ts';
import { useServer } from './server.ts';
import { eventually } from './waiting.ts';

const server = useServer();

/** A stream of ten events, revisions 0 to 9, with the given metadata. */
const tenEventsWith = async (metadata: StreamMetadata) => {
  const name = newName('stream');
  await server.client.appendToStream(name, events(10));
  await server.client.setStreamMetadata(name, metadata);
  return name;
};
const visible = async (name: string) => revisionsOf(await readAllOf(server.client, name)).map(Number);

describe('the metadata of a stream', () => {
  it('are the last ones set, custom fields included', async () => {
    const name = newName('stream');
    await server.client.setStreamMetadata(name, { owner: 'nobody' });
    const metadata = {
      maxCount: 7,
      maxAge: 60,
      truncateBefore: 2,
      cacheControl: 30,
      acl: { readRoles: ['$all'], writeRoles: ['ops'] },
      owner: 'tests',
      nested: { deep: [1] },
    };
    await server.client.setStreamMetadata(name, metadata);
    expect((await server.client.getStreamMetadata(name)).metadata).toEqual(metadata);
  });

  it('are missing when none were set', async () => {
    expect((await server.client.getStreamMetadata(newName('stream'))).metadata).toBeUndefined();
  });

  it('may be set before the stream exists, and leave it missing', async () => {
    const name = newName('stream');
    await server.client.setStreamMetadata(name, { owner: 'tests' });
    await expect(readAllOf(server.client, name)).rejects.toMatchObject({ type: 'stream-not-found' });
    expect(
      (await server.client.appendToStream(name, anEvent(), { expectedRevision: 'no_stream' })).nextExpectedRevision,
    ).toBe(0n);
  });

  it('are guarded by a revision of their own', async () => {
    const name = newName('stream');
    await server.client.setStreamMetadata(name, { round: 1 }, { expectedRevision: 'no_stream' });
    const second = await server.client.setStreamMetadata(name, { round: 2 }, { expectedRevision: 0n });
    expect(second.nextExpectedRevision).toBe(1n);
    await expect(server.client.setStreamMetadata(name, { round: 3 }, { expectedRevision: 0n })).rejects.toMatchObject({
      type: 'wrong-expected-version',
    });
    expect((await server.client.getStreamMetadata(name)).metadata).toEqual({ round: 2 });
  });

  it('keep one event in their own stream', async () => {
    const name = newName('stream');
    for (const round of [1, 2, 3]) await server.client.setStreamMetadata(name, { round });
    const found = await readAllOf(server.client, `$$${name}`);
    expect(found.map(({ event }) => [event?.revision, event?.data])).toEqual([[2n, { round: 3 }]]);
  });
});

describe('the first visible event', () => {
  it.each<[string, StreamMetadata, number[]]>([
    ['is the one at $tb', { truncateBefore: 7 }, [7, 8, 9]],
    ['is the first of the last $maxCount', { maxCount: 2 }, [8, 9]],
    ['is the one at $tb when $maxCount would show more', { truncateBefore: 8, maxCount: 5 }, [8, 9]],
    ['is the first of the last $maxCount when $tb would show more', { truncateBefore: 3, maxCount: 4 }, [6, 7, 8, 9]],
    ['is the first of all when $maxCount is larger than the stream', { maxCount: 100 }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ])('%s', async (_, metadata, expected) => {
    expect(await visible(await tenEventsWith(metadata))).toEqual(expected);
  });

  it('is where a read from an earlier revision begins', async () => {
    const name = await tenEventsWith({ truncateBefore: 7 });
    expect(revisionsOf(await readAllOf(server.client, name, { fromRevision: 2n, maxCount: 2 }))).toEqual([7n, 8n]);
  });

  it('is where a read backwards ends', async () => {
    const name = await tenEventsWith({ truncateBefore: 7 });
    const backwards = await readAllOf(server.client, name, { direction: 'backwards', fromRevision: 'end' });
    expect(revisionsOf(backwards)).toEqual([9n, 8n, 7n]);
  });

  it('moves on with every append under $maxCount', async () => {
    const name = await tenEventsWith({ maxCount: 2 });
    await server.client.appendToStream(name, anEvent(), { expectedRevision: 9n });
    expect(await visible(name)).toEqual([9, 10]);
  });

  it('comes back when the limit is lifted, by a server that has not scavenged', async () => {
    const name = await tenEventsWith({ maxCount: 2 });
    await server.client.setStreamMetadata(name, {});
    expect(await visible(name)).toHaveLength(10);
  });
});

describe('a stream of which all is truncated', () => {
  it('reads as empty, not as missing', async () => {
    expect(await visible(await tenEventsWith({ truncateBefore: 10 }))).toEqual([]);
  });

  it('hides what is appended below $tb', async () => {
    const name = await tenEventsWith({ truncateBefore: 12 });
    expect((await server.client.appendToStream(name, events(3))).nextExpectedRevision).toBe(12n);
    expect(await visible(name)).toEqual([12]);
  });

  it('takes the next event at the next number', async () => {
    const name = await tenEventsWith({ truncateBefore: 10 });
    await server.client.appendToStream(name, anEvent(), { expectedRevision: 9n });
    expect(await visible(name)).toEqual([10]);
  });
});

it('hides events once they are older than $maxAge, in seconds', async () => {
  const name = await tenEventsWith({ maxAge: 1 });
  await eventually(
    () => visible(name),
    'no event to be visible',
    (revisions) => revisions.length === 0,
  );
  await server.client.appendToStream(name, anEvent());
  expect(await visible(name)).toEqual([10]);
});
