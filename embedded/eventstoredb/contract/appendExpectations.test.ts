import type { AppendExpectedRevision } from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { appendBy, appendPaths } from './appendPaths.ts';
import { anEvent, events, idsIn, newName, readAllOf } from './events.ts';
import { useServer } from './server.ts';

const server = useServer();

const refusal = (streamName: string, expectedVersion: AppendExpectedRevision, actualVersion: bigint | 'no_stream') => ({
  type: 'wrong-expected-version',
  streamName,
  expectedVersion,
  actualVersion,
});

describe.each(appendPaths)('an append by the %s call', (path) => {
  const append = appendBy(path);

  /** A stream of three events, and their ids. */
  const aStream = async () => {
    const name = newName('stream');
    const stored = events(3);
    await append(server.client, name, stored, 'no_stream');
    return { name, ids: stored.map(({ id }) => id) as [string, string, string] };
  };

  describe('to a stream that does not exist', () => {
    it.each<AppendExpectedRevision>(['any', 'no_stream'])(
      'starts it at revision 0 when %s is expected',
      async (expected) => {
        const name = newName('stream');
        const appended = await append(server.client, name, events(2), expected);
        expect(appended).toMatchObject({ success: true, nextExpectedRevision: 1n });
        expect(await readAllOf(server.client, name)).toHaveLength(2);
      },
    );

    it('is refused when the stream is expected to exist', async () => {
      const name = newName('stream');
      await expect(append(server.client, name, anEvent(), 'stream_exists')).rejects.toMatchObject(
        refusal(name, 'stream_exists', 'no_stream'),
      );
    });

    it('starts it when the stream is expected to exist and has metadata', async () => {
      const name = newName('stream');
      await server.client.setStreamMetadata(name, { owner: 'tests' });
      expect((await append(server.client, name, anEvent(), 'stream_exists')).nextExpectedRevision).toBe(0n);
    });

    it('is refused when a revision is expected', async () => {
      const name = newName('stream');
      await expect(append(server.client, name, anEvent(), 0n)).rejects.toMatchObject(refusal(name, 0n, 'no_stream'));
    });
  });

  describe('to a stream of three events', () => {
    it.each<AppendExpectedRevision>(['any', 'stream_exists', 2n])(
      'continues it when %s is expected',
      async (expected) => {
        const { name, ids } = await aStream();
        const added = anEvent();
        expect((await append(server.client, name, added, expected)).nextExpectedRevision).toBe(3n);
        expect(await idsIn(server.client, name)).toEqual([...ids, added.id]);
      },
    );

    it.each<AppendExpectedRevision>(['no_stream', 0n, 1n, 3n, 7n])(
      'is refused when %s is expected',
      async (expected) => {
        const { name, ids } = await aStream();
        await expect(append(server.client, name, anEvent(), expected)).rejects.toMatchObject(
          refusal(name, expected, 2n),
        );
        expect(await idsIn(server.client, name)).toEqual(ids);
      },
    );

    it('continues it at the expected revision even when the id repeats the last one', async () => {
      const { name, ids } = await aStream();
      expect((await append(server.client, name, anEvent('Tested', ids[2]), 2n)).nextExpectedRevision).toBe(3n);
      expect(await idsIn(server.client, name)).toEqual([...ids, ids[2]]);
    });
  });

  describe('of no events', () => {
    it.each<AppendExpectedRevision>(['any', 2n])(
      'succeeds and changes nothing when %s is expected',
      async (expected) => {
        const { name, ids } = await aStream();
        expect(await append(server.client, name, [], expected)).toMatchObject({
          success: true,
          nextExpectedRevision: 2n,
        });
        expect(await idsIn(server.client, name)).toEqual(ids);
      },
    );

    it.each<AppendExpectedRevision>(['no_stream', 1n])(
      'is refused when %s is expected of a longer stream',
      async (expected) => {
        const { name } = await aStream();
        await expect(append(server.client, name, [], expected)).rejects.toMatchObject(refusal(name, expected, 2n));
      },
    );

    it.each<AppendExpectedRevision>(['any', 'no_stream'])(
      'succeeds at revision 0 and creates nothing when %s is expected of a missing stream',
      async (expected) => {
        const name = newName('stream');
        const appended = await append(server.client, name, [], expected);
        expect(appended).toMatchObject({ success: true, nextExpectedRevision: 0n });
        await expect(readAllOf(server.client, name)).rejects.toMatchObject({ type: 'stream-not-found' });
      },
    );
  });

  describe('to a tombstoned stream', () => {
    it.each<AppendExpectedRevision>(['any', 'stream_exists', 'no_stream', 0n, 2n, 5n])(
      'is refused as deleted when %s is expected',
      async (expected) => {
        const { name } = await aStream();
        await server.client.tombstoneStream(name);
        await expect(append(server.client, name, anEvent(), expected)).rejects.toMatchObject({
          type: 'stream-deleted',
          streamName: name,
        });
      },
    );
  });

  describe('to a soft-deleted stream', () => {
    it('is refused as deleted when the stream is expected to exist', async () => {
      const { name } = await aStream();
      await server.client.deleteStream(name);
      await expect(append(server.client, name, anEvent(), 'stream_exists')).rejects.toMatchObject({
        type: 'stream-deleted',
        streamName: name,
      });
    });

    it.each<AppendExpectedRevision>(['any', 'no_stream', 2n])(
      'continues its numbering when %s is expected',
      async (expected) => {
        const { name } = await aStream();
        await server.client.deleteStream(name);
        const added = anEvent();
        expect((await append(server.client, name, added, expected)).nextExpectedRevision).toBe(3n);
        expect(await idsIn(server.client, name)).toEqual([added.id]);
      },
    );

    it('is refused when an earlier revision is expected', async () => {
      const { name } = await aStream();
      await server.client.deleteStream(name);
      await expect(append(server.client, name, anEvent(), 1n)).rejects.toMatchObject({
        type: 'wrong-expected-version',
      });
    });
  });
});
