import type { ReadAllOptions } from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { allOf, anEvent, appendOne, events, lastNumber, mark, newName, readAllOf } from './events.ts';
import { useServer } from './server.ts';

const server = useServer();

const idsFrom = async (options: ReadAllOptions) =>
  (await allOf(server.client.readAll(options))).map(({ event }) => event?.id);

describe('a read of $all', () => {
  it('forwards begins with the event at the position', async () => {
    const [a, b] = [await appendOne(server.client), await appendOne(server.client)];
    expect(await idsFrom({ fromPosition: a.position, maxCount: 2 })).toEqual([a.id, b.id]);
  });

  it('backwards begins before the event at the position', async () => {
    const [a, b, c] = [await appendOne(server.client), await appendOne(server.client), await appendOne(server.client)];
    const found = await idsFrom({ fromPosition: c.position, direction: 'backwards', maxCount: 2 });
    expect(found).toEqual([b.id, a.id]);
  });

  it('backwards from the end begins with the last event', async () => {
    const { id } = await appendOne(server.client);
    const found = await idsFrom({ fromPosition: 'end', direction: 'backwards', maxCount: 50 });
    expect(found).toContain(id);
  });

  it('forwards from the start gives as many as are asked for', async () => {
    await appendOne(server.client);
    await appendOne(server.client);
    expect(await idsFrom({ maxCount: 2 })).toHaveLength(2);
  });

  it('gives every event its own position, in rising order', async () => {
    const position = await mark(server.client);
    await server.client.appendToStream(newName('all'), events(300));
    const found = await allOf(server.client.readAll({ fromPosition: position }));
    const positions = found.map(({ event }) => event?.position.commit ?? -1n);
    expect(positions.length).toBeGreaterThan(300);
    expect(positions).toEqual([...positions].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(positions).size).toBe(positions.length);
    expect(found.map(({ commitPosition }) => commitPosition)).toEqual(positions);
  });

  it('gives the events of one append side by side', async () => {
    const position = await mark(server.client);
    const written = events(5);
    await Promise.all([
      server.client.appendToStream(newName('all'), events(5)),
      server.client.appendToStream(newName('all'), written),
      server.client.appendToStream(newName('all'), events(5)),
    ]);
    const found = await idsFrom({ fromPosition: position });
    const from = found.indexOf(written[0]?.id);
    expect(found.slice(from, from + 5)).toEqual(written.map(({ id }) => id));
  });
});

describe('$all shows', () => {
  it('the metadata of streams', async () => {
    const position = await mark(server.client);
    const name = newName('all');
    await server.client.setStreamMetadata(name, { owner: 'tests' });
    const found = await allOf(server.client.readAll({ fromPosition: position }));
    expect(found.find(({ event }) => event?.streamId === `$$${name}`)?.event).toMatchObject({
      type: '$metadata',
      data: { owner: 'tests' },
    });
  });

  it('tombstones', async () => {
    const name = newName('all');
    const { position } = await server.client.appendToStream(name, anEvent());
    await server.client.tombstoneStream(name);
    const found = await allOf(server.client.readAll({ fromPosition: position }));
    expect(
      found.filter(({ event }) => event?.streamId === name).map(({ event }) => [event?.type, event?.revision]),
    ).toEqual([
      ['Tested', 0n],
      ['$streamDeleted', lastNumber],
    ]);
  });

  it('no epochs of the server', async () => {
    const found = await allOf(server.client.readAll({ maxCount: 1000 }));
    expect(found.map(({ event }) => event?.streamId)).not.toContain('$epoch-information');
  });

  it('what a client appends to a system stream', async () => {
    const position = await mark(server.client);
    const name = `$${newName('system')}`;
    await server.client.appendToStream(name, anEvent());
    const found = await allOf(server.client.readAll({ fromPosition: position }));
    expect(found.map(({ event }) => event?.streamId)).toContain(name);
    expect(await readAllOf(server.client, name)).toHaveLength(1);
  });
});
