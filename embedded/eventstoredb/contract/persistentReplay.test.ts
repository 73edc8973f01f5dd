import { describe, expect, it } from '@jest/globals';
import { eventTypeFilter } from '@eventstore/db-client';
import { anEvent, events, newName, readAllOf, revisionsOf } from './events.ts';
import { createAllGroup, createStreamGroup } from './groups.ts';
import { useServer } from './server.ts';
import { eventually } from './waiting.ts';

const server = useServer();

/** A group that has parked all events of a stream, and its consumer. */
const withParked = async (count: number, bufferSize = 10) => {
  const group = await createStreamGroup(server.client);
  await server.client.appendToStream(group.stream, events(count));
  const consumer = group.subscribe({ bufferSize });
  for (let place = 1; place <= count; place++) await consumer.nack('park', 'bad', await consumer.nth(place));
  await group.infoWhen(`${count} parked`, ({ stats }) => stats.parkedMessageCount === BigInt(count));
  const replay = (stopAt?: number) => server.client.replayParkedMessagesToStream(group.stream, group.name, { stopAt });
  return { ...group, consumer, replay };
};

const isDone = ({ stats }: { stats: { parkedMessageCount: bigint; outstandingMessagesCount: number } }) =>
  stats.parkedMessageCount === 0n && stats.outstandingMessagesCount === 0;

describe('a replayed message', () => {
  it('comes with its link, never retried, at the position of the link', async () => {
    const { stream, parked, consumer, replay } = await withParked(1);
    const [link] = await readAllOf(server.client, parked);
    await replay();
    const again = await consumer.nth(2);
    expect(again).toMatchObject({
      retryCount: 0,
      event: { streamId: stream, revision: 0n },
      link: { id: link?.event?.id },
    });
    expect(again.event?.position).toEqual(link?.event?.position);
    expect(again.commitPosition).toBe(link?.event?.position?.commit);
  });

  it('is done with when it is acked', async () => {
    const { stream, consumer, replay, infoWhen } = await withParked(1);
    await replay();
    await consumer.ack(await consumer.nth(2));
    await infoWhen('nothing parked or outstanding', isDone);
    await replay();
    await server.client.appendToStream(stream, events(1));
    expect(revisionsOf(await consumer.first(3))).toEqual([0n, 0n, 1n]);
  });

  it('may be parked again', async () => {
    const { stream, parked, consumer, replay } = await withParked(1);
    await replay();
    await consumer.nack('park', 'still bad', await consumer.nth(2));
    const found = await eventually(
      () => readAllOf(server.client, parked, { resolveLinkTos: true }),
      'the second link',
      (links) => links.at(-1)?.link?.revision === 1n,
    );
    expect(found.at(-1)?.event).toMatchObject({ streamId: stream, revision: 0n });
    await replay();
    expect((await consumer.nth(3)).event).toMatchObject({ streamId: stream, revision: 0n });
  });

  it('may be retried, counting up', async () => {
    const { consumer, replay } = await withParked(1);
    await replay();
    await consumer.nack('retry', 'again', await consumer.nth(2));
    expect(await consumer.nth(3)).toMatchObject({ retryCount: 1, event: { revision: 0n } });
  });

  it('comes behind messages that are retried, and before those that wait', async () => {
    const { stream, consumer, replay, infoWhen } = await withParked(1, 1);
    await server.client.appendToStream(stream, events(2));
    const held = await consumer.nth(2);
    await replay();
    await infoWhen('the parked message to wait for a slot', ({ stats }) => stats.retryBufferCount === 1);
    await consumer.nack('retry', 'again', held);
    await consumer.ack(await consumer.nth(3));
    await consumer.ack(await consumer.nth(4));
    await consumer.ack(await consumer.nth(5));
    expect(revisionsOf(consumer.events).slice(2)).toEqual([1n, 0n, 2n]);
  });

  it('of a group on $all comes with its link too', async () => {
    const type = newName('Replayed');
    const event = anEvent(type);
    const { position } = await server.client.appendToStream(newName('stream'), event);
    const filter = eventTypeFilter({ regex: `^${type}$` });
    const { name, subscribe, infoWhen } = await createAllGroup(server.client, { startFrom: position }, filter);
    const consumer = subscribe();
    await consumer.nack('park', 'bad', await consumer.nth(1));
    await infoWhen('one parked message', ({ stats }) => stats.parkedMessageCount === 1n);
    await server.client.replayParkedMessagesToAll(name);
    const again = await consumer.nth(2);
    expect(again).toMatchObject({ retryCount: 0, event: { id: event.id } });
    expect(again.link).toBeDefined();
    await consumer.ack(again);
    await infoWhen('nothing parked or outstanding', isDone);
  });
});

describe('a replay', () => {
  it('gives all parked messages, in the order in which they were parked', async () => {
    const { consumer, replay } = await withParked(5);
    await replay();
    expect(revisionsOf(await consumer.first(10)).slice(5)).toEqual([0n, 1n, 2n, 3n, 4n]);
  });

  it('gives more parked messages than a read batch', async () => {
    const { consumer, replay, infoWhen } = await withParked(60, 100);
    await replay();
    const again = (await consumer.first(120)).slice(60);
    expect(revisionsOf(again)).toEqual(Array.from({ length: 60 }, (_, revision) => BigInt(revision)));
    await consumer.ack(...again);
    await infoWhen('nothing parked', ({ stats }) => stats.parkedMessageCount === 0n);
  });

  it('stops before the given number of the parked stream', async () => {
    const { consumer, replay, infoWhen } = await withParked(4);
    await replay(2);
    await infoWhen('two parked messages left', ({ stats }) => stats.parkedMessageCount === 2n);
    expect(revisionsOf(await consumer.first(6)).slice(4)).toEqual([0n, 1n]);
    await replay();
    expect(revisionsOf(await consumer.first(8)).slice(6)).toEqual([2n, 3n]);
    await infoWhen('nothing parked', ({ stats }) => stats.parkedMessageCount === 0n);
  });

  it('counts that number from the first message ever parked', async () => {
    const { stream, consumer, replay, infoWhen } = await withParked(3);
    await replay();
    await consumer.ack(...(await consumer.first(6)).slice(3));
    await infoWhen('nothing parked', ({ stats }) => stats.parkedMessageCount === 0n);
    await server.client.appendToStream(stream, events(2));
    for (const place of [7, 8]) await consumer.nack('park', 'bad', await consumer.nth(place));
    await infoWhen('two parked messages', ({ stats }) => stats.parkedMessageCount === 2n);
    await replay(4);
    expect((await consumer.nth(9)).event?.revision).toBe(3n);
    await infoWhen('one parked message left', ({ stats }) => stats.parkedMessageCount === 1n);
    expect(consumer.events).toHaveLength(9);
  });

  it('of a group that has parked nothing gives nothing', async () => {
    const { stream, name, subscribe } = await createStreamGroup(server.client);
    await server.client.appendToStream(stream, events(1));
    const consumer = subscribe({ acking: true });
    await consumer.first(1);
    await server.client.replayParkedMessagesToStream(stream, name);
    await server.client.appendToStream(stream, events(1));
    expect(revisionsOf(await consumer.first(2))).toEqual([0n, 1n]);
  });
});
