import { describe, expect, it } from '@jest/globals';
import { eventTypeFilter } from '@eventstore/db-client';
import { allOf, anEvent, events, mark, newName, readAllOf, revisionsOf } from './events.ts';
import { createAllGroup, createStreamGroup } from './groups.ts';
import { useServer } from './server.ts';

const server = useServer();

/** A group on a stream of that many events, with one consumer. */
const consuming = async (count: number, bufferSize = 10) => {
  const group = await createStreamGroup(server.client);
  await server.client.appendToStream(group.stream, events(count));
  return { ...group, consumer: group.subscribe({ bufferSize }) };
};

describe('a parked message', () => {
  it('is a link in the parked stream of the group, with the time and the reason', async () => {
    const { stream, parked, consumer, infoWhen } = await consuming(3);
    await consumer.nack('park', 'no such wallet', await consumer.nth(2));
    await infoWhen('one parked message', ({ stats }) => stats.parkedMessageCount === 1n);
    const [link] = await readAllOf(server.client, parked);
    expect(link?.event).toMatchObject({ type: '$>', streamId: parked, revision: 0n });
    expect(Buffer.from(link?.event?.data as unknown as Uint8Array).toString()).toBe(`1@${stream}`);
    const metadata = link?.event?.metadata as { added: string; reason: string };
    expect(metadata.reason).toBe("Client explicitly NAK'ed message.\nno such wallet");
    expect(Date.parse(metadata.added)).not.toBeNaN();
  });

  it('resolves to the event itself', async () => {
    const { stream, parked, consumer, infoWhen } = await consuming(1);
    await consumer.nack('park', '', await consumer.nth(1));
    await infoWhen('one parked message', ({ stats }) => stats.parkedMessageCount === 1n);
    const [found] = await readAllOf(server.client, parked, { resolveLinkTos: true });
    expect(found?.event).toMatchObject({ streamId: stream, revision: 0n });
    expect(found?.link).toMatchObject({ streamId: parked, revision: 0n });
  });

  it('does not come again, gives its slot back and is no longer outstanding', async () => {
    const { consumer, infoWhen } = await consuming(2, 1);
    await consumer.nack('park', 'bad', await consumer.nth(1));
    await consumer.ack(await consumer.nth(2));
    expect(revisionsOf(consumer.events)).toEqual([0n, 1n]);
    const { stats } = await infoWhen('nothing outstanding', (info) => info.stats.outstandingMessagesCount === 0);
    expect(stats).toMatchObject({ totalInFlightMessages: 0, retryBufferCount: 0 });
  });

  it('is one of several that are parked by one nack, in order', async () => {
    const { parked, consumer, infoWhen } = await consuming(3);
    await consumer.nack('park', 'bad', ...(await consumer.first(3)));
    await infoWhen('three parked messages', ({ stats }) => stats.parkedMessageCount === 3n);
    const found = await readAllOf(server.client, parked, { resolveLinkTos: true });
    expect(found.map(({ event }) => event?.revision)).toEqual([0n, 1n, 2n]);
  });

  it('of a group on $all is a link too, in a stream that $all does not show', async () => {
    const type = newName('Parked');
    const { position } = await server.client.appendToStream(newName('stream'), anEvent(type));
    const filter = eventTypeFilter({ regex: `^${type}$` });
    const { parked, subscribe, infoWhen } = await createAllGroup(server.client, { startFrom: position }, filter);
    const consumer = subscribe();
    const message = await consumer.nth(1);
    await consumer.nack('park', 'bad', message);
    await infoWhen('one parked message', ({ stats }) => stats.parkedMessageCount === 1n);
    const [found] = await readAllOf(server.client, parked, { resolveLinkTos: true });
    expect([found?.event?.id, found?.link?.type]).toEqual([message.event?.id, '$>']);
    const shown = await allOf(server.client.readAll({ fromPosition: position }));
    expect(shown.map(({ event }) => event?.streamId)).not.toContain(parked);
  });

  it('of a group on a stream is shown by $all', async () => {
    const position = await mark(server.client);
    const { parked, consumer, infoWhen } = await consuming(1);
    await consumer.nack('park', 'bad', await consumer.nth(1));
    await infoWhen('one parked message', ({ stats }) => stats.parkedMessageCount === 1n);
    const shown = await allOf(server.client.readAll({ fromPosition: position }));
    expect(shown.map(({ event }) => event?.streamId)).toContain(parked);
  });
});

describe.each(['skip', 'stop'] as const)('a message nacked with %s', (action) => {
  it('is dropped: neither parked nor given again', async () => {
    const { parked, consumer, infoWhen } = await consuming(3, 1);
    await consumer.nack(action, 'not for us', await consumer.nth(1));
    await consumer.ack(await consumer.nth(2));
    await consumer.ack(await consumer.nth(3));
    const { stats } = await infoWhen('nothing outstanding', (info) => info.stats.outstandingMessagesCount === 0);
    expect(stats).toMatchObject({ parkedMessageCount: 0n, retryBufferCount: 0, totalInFlightMessages: 0 });
    expect(revisionsOf(consumer.events)).toEqual([0n, 1n, 2n]);
    await expect(readAllOf(server.client, parked)).rejects.toMatchObject({ type: 'stream-not-found' });
  });
});
