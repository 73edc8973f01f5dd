import { describe, expect, it } from '@jest/globals';
import { anEvent, events, lastNumber, newName, newStreamOf, readAllOf, revisionsOf } from './events.ts';
import { useServer } from './server.ts';

const server = useServer();

const threeEvents = () => newStreamOf(server.client, 3);

describe('a soft-deleted stream', () => {
  it('is not found, in both directions', async () => {
    const name = await threeEvents();
    await server.client.deleteStream(name);
    await expect(readAllOf(server.client, name)).rejects.toMatchObject({ type: 'stream-not-found', streamName: name });
    await expect(readAllOf(server.client, name, { direction: 'backwards', fromRevision: 'end' })).rejects.toMatchObject(
      { type: 'stream-not-found' },
    );
  });

  it('has $tb, the largest number, as its only metadata', async () => {
    const name = await threeEvents();
    await server.client.setStreamMetadata(name, { maxCount: 50, owner: 'tests' });
    await server.client.deleteStream(name);
    const [found] = await readAllOf(server.client, `$$${name}`);
    expect(found?.event?.type).toBe('$metadata');
    expect(found?.event?.data).toEqual({ $tb: Number(lastNumber) });
  });

  it('comes back with the next append, its numbering going on', async () => {
    const name = await threeEvents();
    await server.client.deleteStream(name);
    expect((await server.client.appendToStream(name, events(2))).nextExpectedRevision).toBe(4n);
    expect(revisionsOf(await readAllOf(server.client, name))).toEqual([3n, 4n]);
    expect((await server.client.getStreamMetadata(name)).metadata).toEqual({ truncateBefore: 3 });
  });

  it('is a stream like any other once it came back', async () => {
    const name = await threeEvents();
    await server.client.deleteStream(name);
    await server.client.appendToStream(name, anEvent(), { expectedRevision: 'no_stream' });
    await expect(
      server.client.appendToStream(name, anEvent(), { expectedRevision: 'no_stream' }),
    ).rejects.toMatchObject({ type: 'wrong-expected-version', actualVersion: 3n });
    const appended = await server.client.appendToStream(name, anEvent(), { expectedRevision: 'stream_exists' });
    expect(appended.nextExpectedRevision).toBe(4n);
  });

  it('[derived] comes back empty when it is given metadata', async () => {
    const name = await threeEvents();
    await server.client.deleteStream(name);
    await server.client.setStreamMetadata(name, { owner: 'tests' });
    expect(await readAllOf(server.client, name)).toEqual([]);
    expect((await server.client.appendToStream(name, anEvent(), { expectedRevision: 2n })).nextExpectedRevision).toBe(
      3n,
    );
    expect(revisionsOf(await readAllOf(server.client, name))).toEqual([3n]);
  });

  it('may be deleted again after it came back', async () => {
    const name = await threeEvents();
    await server.client.deleteStream(name);
    await server.client.appendToStream(name, anEvent());
    await server.client.deleteStream(name, { expectedRevision: 3n });
    await expect(readAllOf(server.client, name)).rejects.toMatchObject({ type: 'stream-not-found' });
    expect((await server.client.appendToStream(name, anEvent())).nextExpectedRevision).toBe(4n);
    expect(revisionsOf(await readAllOf(server.client, name))).toEqual([4n]);
  });

  it('may be tombstoned', async () => {
    const name = await threeEvents();
    await server.client.deleteStream(name);
    await server.client.tombstoneStream(name);
    await expect(readAllOf(server.client, name)).rejects.toMatchObject({ type: 'stream-deleted' });
  });
});

describe('a soft delete', () => {
  it('answers with its position, behind the events of the stream', async () => {
    const name = newName('stream');
    const appended = await server.client.appendToStream(name, events(3));
    const { position } = await server.client.deleteStream(name, { expectedRevision: 2n });
    expect(position?.commit).toBeGreaterThan(appended.position?.commit ?? 0n);
  });

  it.each([0n, 5n])('that expects revision %s of a stream at 2 is refused', async (expectedRevision) => {
    const name = await threeEvents();
    await expect(server.client.deleteStream(name, { expectedRevision })).rejects.toMatchObject({
      type: 'wrong-expected-version',
      streamName: name,
      expectedVersion: expectedRevision,
      actualVersion: 2n,
    });
    expect(await readAllOf(server.client, name)).toHaveLength(3);
  });

  it('that expects no stream is refused when there is one', async () => {
    const name = await threeEvents();
    await expect(server.client.deleteStream(name, { expectedRevision: 'no_stream' })).rejects.toMatchObject({
      type: 'wrong-expected-version',
      expectedVersion: -1n,
      actualVersion: 2n,
    });
  });

  it('of a stream that never existed is refused', async () => {
    const name = newName('stream');
    await expect(server.client.deleteStream(name)).rejects.toMatchObject({
      type: 'wrong-expected-version',
      streamName: name,
      expectedVersion: -2n,
    });
  });
});
