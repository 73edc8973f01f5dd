import { describe, expect, it } from '@jest/globals';
import { anEvent, events, lastNumber, newName, newStreamOf, revisionsOf } from './events.ts';
import { record } from './recording.ts';
import { useServer } from './server.ts';

const server = useServer();

const aStreamOf = (count: number) => newStreamOf(server.client, count);

describe('a subscription to a stream', () => {
  it('gives the confirmation, then history, then that it caught up, then live events', async () => {
    const name = await aStreamOf(2);
    const recording = record(server.client.subscribeToStream(name));
    await recording.has('caughtUp');
    await server.client.appendToStream(name, events(1));
    expect(revisionsOf(await recording.first(3))).toEqual([0n, 1n, 2n]);
    expect(recording.signals).toEqual(['confirmation', 'event', 'event', 'caughtUp', 'event']);
  });

  it('begins behind the given revision', async () => {
    const name = await aStreamOf(5);
    const recording = record(server.client.subscribeToStream(name, { fromRevision: 2n }));
    expect(revisionsOf(await recording.first(2))).toEqual([3n, 4n]);
  });

  it('gives live events only from the end', async () => {
    const name = await aStreamOf(3);
    const recording = record(server.client.subscribeToStream(name, { fromRevision: 'end' }));
    await recording.has('caughtUp');
    await server.client.appendToStream(name, events(2));
    expect(revisionsOf(await recording.first(2))).toEqual([3n, 4n]);
  });

  it('gives long history and what is appended meanwhile, each once and in order', async () => {
    const name = await aStreamOf(1000);
    const recording = record(server.client.subscribeToStream(name));
    await recording.has('confirmation');
    for (let round = 0; round < 10; round++) await server.client.appendToStream(name, events(20));
    await recording.first(1200);
    expect(revisionsOf(recording.events)).toEqual(Array.from({ length: 1200 }, (_, revision) => BigInt(revision)));
  });

  it('shows nothing of other streams', async () => {
    const name = await aStreamOf(1);
    const recording = record(server.client.subscribeToStream(name));
    await recording.has('caughtUp');
    await server.client.appendToStream(`${name}-neighbour`, events(3));
    const last = anEvent();
    await server.client.appendToStream(name, last);
    expect((await recording.first(2)).map(({ event }) => event?.streamId)).toEqual([name, name]);
    expect(recording.events[1]?.event?.id).toBe(last.id);
  });

  it('begins at the first visible event of a truncated stream', async () => {
    const name = await aStreamOf(5);
    await server.client.setStreamMetadata(name, { truncateBefore: 3 });
    expect(revisionsOf(await record(server.client.subscribeToStream(name)).first(2))).toEqual([3n, 4n]);
  });

  it('to a missing stream is confirmed and waits', async () => {
    const name = newName('stream');
    const recording = record(server.client.subscribeToStream(name));
    await recording.has('confirmation');
    await server.client.appendToStream(name, events(2));
    expect(revisionsOf(await recording.first(2))).toEqual([0n, 1n]);
  });

  it('ends when it is unsubscribed, without an error', async () => {
    const subscription = server.client.subscribeToStream(await aStreamOf(1));
    const recording = record(subscription);
    await recording.has('caughtUp');
    await subscription.unsubscribe();
    await recording.has('end');
  });
});

describe('a subscription to a stream that is deleted', () => {
  it('fails when the stream was tombstoned before', async () => {
    const name = await aStreamOf(1);
    await server.client.tombstoneStream(name);
    const failure = await record(server.client.subscribeToStream(name)).failed();
    expect(failure).toMatchObject({ type: 'stream-deleted', streamName: name });
  });

  it('gives the tombstone when the stream is tombstoned meanwhile', async () => {
    const name = await aStreamOf(1);
    const recording = record(server.client.subscribeToStream(name));
    await recording.has('caughtUp');
    await server.client.tombstoneStream(name);
    const [, last] = await recording.first(2);
    expect(last?.event).toMatchObject({ streamId: name, type: '$streamDeleted', revision: lastNumber });
  });

  it('gives nothing of a soft delete, and the next append with the next number', async () => {
    const name = await aStreamOf(2);
    const recording = record(server.client.subscribeToStream(name));
    await recording.has('caughtUp');
    await server.client.deleteStream(name);
    await server.client.appendToStream(name, events(1));
    expect(revisionsOf(await recording.first(3))).toEqual([0n, 1n, 2n]);
  });

  it('waits when the stream was soft-deleted before', async () => {
    const name = await aStreamOf(2);
    await server.client.deleteStream(name);
    const recording = record(server.client.subscribeToStream(name));
    await recording.has('confirmation');
    await server.client.appendToStream(name, events(1));
    expect(revisionsOf(await recording.first(1))).toEqual([2n]);
  });
});
