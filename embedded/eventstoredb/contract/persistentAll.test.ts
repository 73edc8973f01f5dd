import { streamNameFilter } from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { aLinkTo, anEvent, appendOne, events, mark, newName } from './events.ts';
import { createAllGroup } from './groups.ts';
import { useServer } from './server.ts';

const server = useServer();

describe('a group on $all', () => {
  it('from a position begins with the event at that position', async () => {
    const stream = newName('stream');
    const [first, second] = [anEvent(), anEvent()];
    const { position } = await server.client.appendToStream(stream, first);
    await server.client.appendToStream(stream, second);
    const { subscribe } = await createAllGroup(server.client, { startFrom: position });
    expect((await subscribe().first(2)).map(({ event }) => event?.id)).toEqual([first.id, second.id]);
  });

  it('from the end gives only what is appended later', async () => {
    await server.client.appendToStream(newName('stream'), events(3));
    const { subscribe } = await createAllGroup(server.client, { startFrom: 'end' });
    const consumer = subscribe({ acking: true });
    await consumer.has('confirmation');
    const event = anEvent();
    await server.client.appendToStream(newName('stream'), event);
    expect((await consumer.nth(1)).event?.id).toBe(event.id);
  });

  it('from the start gives what was appended before it was created', async () => {
    const stream = newName('stream');
    await server.client.appendToStream(stream, events(3));
    const { subscribe } = await createAllGroup(
      server.client,
      { startFrom: 'start' },
      streamNameFilter({ prefixes: [stream] }),
    );
    const found = await subscribe({ acking: true }).first(3);
    expect(found.map(({ event }) => event?.revision)).toEqual([0n, 1n, 2n]);
  });

  it('gives events with their positions', async () => {
    const { position } = await server.client.appendToStream(newName('stream'), anEvent());
    const { subscribe } = await createAllGroup(server.client, { startFrom: position });
    const found = await subscribe().nth(1);
    expect(found.event?.position).toEqual(position);
    expect(found.commitPosition).toBe(position?.commit);
  });

  it('gives the events of the system too, when it has no filter', async () => {
    const { position } = await server.client.appendToStream(newName('stream'), anEvent());
    const { subscribe } = await createAllGroup(server.client, { startFrom: position });
    const consumer = subscribe({ acking: true });
    const described = newName('stream');
    await server.client.setStreamMetadata(described, { owner: 'tests' });
    await consumer.some('the metadata event', ({ event }) => event?.streamId === `$$${described}`);
  });

  it('without a filter gives no checkpoints and parked messages of groups on $all, its own neither', async () => {
    const startFrom = await mark(server.client);
    const eager = { startFrom, checkPointLowerBound: 1, checkPointUpperBound: 1 };
    const { subscribe, checkpoints, parked, infoWhen } = await createAllGroup(server.client, eager);
    const consumer = subscribe();
    await consumer.nack('park', 'bad', await consumer.nth(1));
    await server.client.appendToStream(newName('stream'), anEvent());
    await consumer.ack(await consumer.nth(2));
    await infoWhen('a checkpoint', ({ stats }) => stats.lastCheckpointedEventPosition !== undefined);
    const last = await appendOne(server.client);
    await consumer.some('the event behind the checkpoint', ({ event }) => event?.id === last.id);
    const streams = consumer.events.map(({ event }) => event?.streamId);
    expect(streams).not.toContain(checkpoints);
    expect(streams).not.toContain(parked);
  });

  it('gives many events of many streams, each once', async () => {
    const word = newName('many');
    const startFrom = await mark(server.client);
    const small = { startFrom, historyBufferSize: 20, readBatchSize: 10, liveBufferSize: 10 };
    const { subscribe } = await createAllGroup(server.client, small, streamNameFilter({ prefixes: [word] }));
    const written = events(200);
    await Promise.all(
      written.slice(0, 100).map((event, index) => server.client.appendToStream(`${word}-${index % 7}`, event)),
    );
    const consumer = subscribe({ acking: true });
    await consumer.first(20);
    await Promise.all(
      written.slice(100).map((event, index) => server.client.appendToStream(`${word}-${index % 7}`, event)),
    );
    const found = await consumer.first(200);
    expect(found.map(({ event }) => event?.id).sort()).toEqual(written.map(({ id }) => id).sort());
  });

  it('gives links with the events they point to when it resolves them', async () => {
    const [source, links] = [newName('source'), newName('links')];
    await server.client.appendToStream(source, events(1));
    await server.client.appendToStream(links, aLinkTo(source, 0));
    const filter = streamNameFilter({ prefixes: [links] });
    const { subscribe } = await createAllGroup(server.client, { resolveLinkTos: true }, filter);
    const found = await subscribe({ acking: true }).nth(1);
    expect([found.event?.streamId, found.link?.streamId]).toEqual([source, links]);
  });
});
