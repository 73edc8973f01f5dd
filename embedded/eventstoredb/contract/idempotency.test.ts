import type { AppendExpectedRevision } from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { appendBy, appendPaths } from './appendPaths.ts';
import { anEvent, events, idsIn, newName, readAllOf } from './events.ts';
import { useServer } from './server.ts';

const server = useServer();

describe.each(appendPaths)('a repeated append by the %s call', (path) => {
  const append = appendBy(path);

  /** A stream that was written by one append of the events a, b and c. */
  const aStream = async () => {
    const name = newName('stream');
    const [a, b, c] = [anEvent(), anEvent(), anEvent()];
    const result = await append(server.client, name, [a, b, c], 'no_stream');
    return { name, a, b, c, ids: [a.id, b.id, c.id], result };
  };

  it.each<AppendExpectedRevision>(['any', 'stream_exists', 'no_stream'])(
    'of the whole write succeeds with its first answer when %s is expected',
    async (expected) => {
      const { name, a, b, c, ids, result } = await aStream();
      expect(await append(server.client, name, [a, b, c], expected)).toEqual(result);
      expect(await idsIn(server.client, name)).toEqual(ids);
    },
  );

  it('of the first event alone answers with the revision and position of that event', async () => {
    const { name, a } = await aStream();
    const [first] = await readAllOf(server.client, name, { maxCount: 1 });
    const position = first?.event?.position;
    expect(position).toBeDefined();
    for (const expected of ['any', 'no_stream'] as const) {
      expect(await append(server.client, name, [a], expected)).toEqual({
        success: true,
        nextExpectedRevision: 0n,
        position,
      });
    }
  });

  it('of later events at their own place succeeds', async () => {
    const { name, b, c, ids } = await aStream();
    expect((await append(server.client, name, [b], 0n)).nextExpectedRevision).toBe(1n);
    expect((await append(server.client, name, [b, c], 0n)).nextExpectedRevision).toBe(2n);
    expect((await append(server.client, name, [c], 1n)).nextExpectedRevision).toBe(2n);
    expect(await idsIn(server.client, name)).toEqual(ids);
  });

  it('in another order succeeds with the last named revision when any is expected', async () => {
    const { name, a, b, ids } = await aStream();
    expect((await append(server.client, name, [b, a], 'any')).nextExpectedRevision).toBe(0n);
    expect(await idsIn(server.client, name)).toEqual(ids);
  });

  it('in another order is refused when a revision is expected', async () => {
    const { name, a, b } = await aStream();
    await expect(append(server.client, name, [b, a], 'no_stream')).rejects.toMatchObject({
      type: 'wrong-expected-version',
    });
  });

  it.each<AppendExpectedRevision>(['any', 'stream_exists', 'no_stream'])(
    'with a new event behind the known one is refused when %s is expected',
    async (expected) => {
      const { name, a, ids } = await aStream();
      await expect(append(server.client, name, [a, anEvent()], expected)).rejects.toMatchObject({
        type: 'wrong-expected-version',
        actualVersion: 2n,
      });
      expect(await idsIn(server.client, name)).toEqual(ids);
    },
  );

  it('of events that are hidden by now succeeds all the same', async () => {
    const { name, a, b, c } = await aStream();
    await server.client.setStreamMetadata(name, { maxCount: 1 });
    expect((await append(server.client, name, [a, b, c], 'no_stream')).nextExpectedRevision).toBe(2n);
    expect((await append(server.client, name, [a], 'no_stream')).nextExpectedRevision).toBe(0n);
    expect(await idsIn(server.client, name)).toEqual([c.id]);
  });

  it('that runs over the end of the stream is refused', async () => {
    const { name, c } = await aStream();
    await expect(append(server.client, name, [c, anEvent()], 1n)).rejects.toMatchObject({
      type: 'wrong-expected-version',
    });
  });

  it.each<AppendExpectedRevision>(['any', 'stream_exists'])(
    'with a new event before the known one stores both when %s is expected',
    async (expected) => {
      const { name, a, ids } = await aStream();
      const added = anEvent();
      expect((await append(server.client, name, [added, a], expected)).nextExpectedRevision).toBe(4n);
      expect(await idsIn(server.client, name)).toEqual([...ids, added.id, a.id]);
    },
  );

  it.each<AppendExpectedRevision>(['any', 'no_stream', 0n])(
    'to a soft-deleted stream succeeds without a position and leaves it deleted when %s is expected',
    async (expected) => {
      const name = newName('stream');
      const stored = events(2);
      await append(server.client, name, stored, 'no_stream');
      await server.client.deleteStream(name);
      const repeated = expected === 0n ? stored.slice(1) : stored;
      expect(await append(server.client, name, repeated, expected)).toEqual({
        success: true,
        nextExpectedRevision: 1n,
        position: undefined,
      });
      await expect(readAllOf(server.client, name)).rejects.toMatchObject({ type: 'stream-not-found' });
    },
  );

  it('to a soft-deleted stream is refused with a new event behind the known one', async () => {
    const { name, a } = await aStream();
    await server.client.deleteStream(name);
    await expect(append(server.client, name, [a, anEvent()], 'no_stream')).rejects.toMatchObject({
      type: 'wrong-expected-version',
    });
    await expect(readAllOf(server.client, name)).rejects.toMatchObject({ type: 'stream-not-found' });
  });
});

describe.each(appendPaths)('a known id in an append by the %s call', (path) => {
  const append = appendBy(path);

  it('is stored twice when one write names it twice', async () => {
    const name = newName('stream');
    const event = anEvent();
    expect((await append(server.client, name, [event, event], 'no_stream')).nextExpectedRevision).toBe(1n);
    expect(await idsIn(server.client, name)).toEqual([event.id, event.id]);
  });

  it('is stored in another stream too', async () => {
    const [one, other] = [newName('stream'), newName('stream')];
    const event = anEvent();
    await append(server.client, one, event, 'any');
    expect((await append(server.client, other, event, 'any')).nextExpectedRevision).toBe(0n);
    expect(await idsIn(server.client, one)).toEqual([event.id]);
    expect(await idsIn(server.client, other)).toEqual([event.id]);
  });
});
