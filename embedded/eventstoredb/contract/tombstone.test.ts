import { describe, expect, it } from '@jest/globals';
import { anEvent, events, newName, newStreamOf, readAllOf } from './events.ts';
import { useServer } from './server.ts';

const server = useServer();

const threeEvents = () => newStreamOf(server.client, 3);
const deleted = (streamName: string) => ({ type: 'stream-deleted', streamName });

describe('a tombstoned stream', () => {
  it('can neither be read, appended to, deleted nor tombstoned', async () => {
    const name = await threeEvents();
    await server.client.tombstoneStream(name);
    await expect(readAllOf(server.client, name)).rejects.toMatchObject(deleted(name));
    await expect(readAllOf(server.client, name, { direction: 'backwards', fromRevision: 'end' })).rejects.toMatchObject(
      deleted(name),
    );
    await expect(server.client.appendToStream(name, anEvent())).rejects.toMatchObject(deleted(name));
    await expect(server.client.deleteStream(name)).rejects.toMatchObject(deleted(name));
    await expect(server.client.tombstoneStream(name)).rejects.toMatchObject(deleted(name));
  });

  it('[derived] takes its metadata along', async () => {
    const name = await threeEvents();
    await server.client.setStreamMetadata(name, { owner: 'tests' });
    await server.client.tombstoneStream(name);
    await expect(server.client.setStreamMetadata(name, { owner: 'nobody' })).rejects.toMatchObject(
      deleted(`$$${name}`),
    );
    await expect(server.client.getStreamMetadata(name)).rejects.toMatchObject(deleted(`$$${name}`));
  });

  it('leaves its neighbours alone', async () => {
    const name = await threeEvents();
    const neighbour = `${name}-neighbour`;
    await server.client.appendToStream(neighbour, anEvent());
    await server.client.tombstoneStream(name);
    expect(await readAllOf(server.client, neighbour)).toHaveLength(1);
  });
});

describe('a tombstone', () => {
  it('answers with its position, behind the events of the stream', async () => {
    const name = newName('stream');
    const appended = await server.client.appendToStream(name, events(3));
    const { position } = await server.client.tombstoneStream(name, { expectedRevision: 2n });
    expect(position?.commit).toBeGreaterThan(appended.position?.commit ?? 0n);
  });

  it.each(['any', 'no_stream'] as const)(
    'takes a name that never existed, when %s is expected',
    async (expectedRevision) => {
      const name = newName('stream');
      await server.client.tombstoneStream(name, { expectedRevision });
      await expect(server.client.appendToStream(name, anEvent())).rejects.toMatchObject(deleted(name));
    },
  );

  it.each([0n, 5n])('that expects revision %s of a stream at 2 is refused', async (expectedRevision) => {
    const name = await threeEvents();
    await expect(server.client.tombstoneStream(name, { expectedRevision })).rejects.toMatchObject({
      type: 'wrong-expected-version',
      streamName: name,
      expectedVersion: expectedRevision,
      actualVersion: 2n,
    });
    expect(await readAllOf(server.client, name)).toHaveLength(3);
  });
});
