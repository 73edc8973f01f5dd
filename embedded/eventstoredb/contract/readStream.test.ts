import { binaryEvent, jsonEvent, type ReadStreamOptions } from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { events, newName, newStreamOf, readAllOf, revisionsOf } from './events.ts';
import { useServer } from './server.ts';

const server = useServer();

/** The name of a stream of ten events, revisions 0 to 9. */
const tenEvents = () => newStreamOf(server.client, 10);

describe('a read of ten events', () => {
  it.each<[string, ReadStreamOptions, number[]]>([
    ['forwards from the start', {}, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['forwards from a revision, inclusive', { fromRevision: 7n }, [7, 8, 9]],
    ['forwards up to a count', { maxCount: 3 }, [0, 1, 2]],
    ['forwards from a revision up to a count', { fromRevision: 4n, maxCount: 2 }, [4, 5]],
    ['forwards with a count beyond the end', { fromRevision: 8n, maxCount: 50 }, [8, 9]],
    ['forwards from past the end', { fromRevision: 10n }, []],
    ['backwards from the end', { direction: 'backwards', fromRevision: 'end' }, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
    ['backwards from a revision, inclusive', { direction: 'backwards', fromRevision: 2n }, [2, 1, 0]],
    ['backwards up to a count', { direction: 'backwards', fromRevision: 'end', maxCount: 2 }, [9, 8]],
    ['backwards from the start', { direction: 'backwards', fromRevision: 'start' }, [0]],
    ['backwards from beyond the end', { direction: 'backwards', fromRevision: 5000n, maxCount: 2 }, [9, 8]],
  ])('%s', async (_, options, expected) => {
    const found = await readAllOf(server.client, await tenEvents(), options);
    expect(revisionsOf(found)).toEqual(expected.map(BigInt));
  });

  it.each<[string, ReadStreamOptions]>([
    ['with a maximum count of 0', { maxCount: 0 }],
    ['backwards with a maximum count of 0', { direction: 'backwards', fromRevision: 'end', maxCount: 0 }],
    ['forwards from the end', { fromRevision: 'end' }],
  ])('is refused %s', async (_, options) => {
    const name = await tenEvents();
    await expect(readAllOf(server.client, name, options)).rejects.toMatchObject({ type: 'unknown', code: 2 });
  });
});

describe('a read event', () => {
  it('has the data, metadata and coordinates it was appended with', async () => {
    const name = newName('stream');
    const event = jsonEvent({ type: 'Ordered', data: { sku: 'größe 5' }, metadata: { $correlationId: 'c' } });
    const { position } = await server.client.appendToStream(name, event);
    const [found] = await readAllOf(server.client, name);
    expect(found?.link).toBeUndefined();
    expect(found?.event).toMatchObject({
      id: event.id,
      streamId: name,
      revision: 0n,
      type: 'Ordered',
      isJson: true,
      data: { sku: 'größe 5' },
      metadata: { $correlationId: 'c' },
      position,
    });
  });

  it('has its bytes when it is binary', async () => {
    const name = newName('stream');
    const data = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await server.client.appendToStream(name, binaryEvent({ type: 'Photographed', data }));
    const [found] = await readAllOf(server.client, name);
    expect(found?.event).toMatchObject({ type: 'Photographed', isJson: false, metadata: undefined });
    expect(Uint8Array.from(found?.event?.data as unknown as Uint8Array)).toEqual(data);
  });

  it('was created now, to the millisecond', async () => {
    const name = newName('stream');
    const before = Date.now();
    await server.client.appendToStream(name, events(1));
    const [found] = await readAllOf(server.client, name);
    const clockSkew = 60_000;
    expect(Math.abs((found?.event?.created.getTime() ?? 0) - before)).toBeLessThan(clockSkew);
  });

  it('has its position, commit and prepare alike, behind that of the event before', async () => {
    const found = await readAllOf(server.client, await tenEvents());
    const positions = found.map(({ event }) => event?.position?.commit ?? -1n);
    expect(positions).toEqual(found.map(({ event }) => event?.position?.prepare));
    expect(positions).toEqual([...positions].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(positions).size).toBe(10);
  });
});

it('gives a thousand events in order, whatever the size of its pages', async () => {
  const name = newName('stream');
  await server.client.appendToStream(name, events(1000));
  const forwards = Array.from({ length: 1000 }, (_, revision) => BigInt(revision));
  expect(revisionsOf(await readAllOf(server.client, name))).toEqual(forwards);
  expect(revisionsOf(await readAllOf(server.client, name, { direction: 'backwards', fromRevision: 'end' }))).toEqual(
    forwards.toReversed(),
  );
});

it('says that a missing stream was not found', async () => {
  const name = newName('stream');
  await expect(readAllOf(server.client, name)).rejects.toMatchObject({ type: 'stream-not-found', streamName: name });
  await expect(readAllOf(server.client, name, { direction: 'backwards', fromRevision: 'end' })).rejects.toMatchObject({
    type: 'stream-not-found',
  });
});

it('ends quietly when the reader stops early', async () => {
  const name = newName('stream');
  await server.client.appendToStream(name, events(1000));
  for await (const { event } of server.client.readStream(name)) {
    if (event?.revision === 3n) break;
  }
  expect(await readAllOf(server.client, name, { maxCount: 1 })).toHaveLength(1);
});
