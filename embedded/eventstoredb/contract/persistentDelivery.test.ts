import { describe, expect, it } from '@jest/globals';
import { aLinkTo, anEvent, events, newStreamOf, revisionsOf } from './events.ts';
import { createStreamGroup } from './groups.ts';
import { useServer } from './server.ts';
import { eventually } from './waiting.ts';

const server = useServer();

const aStreamOf = (count: number) => newStreamOf(server.client, count);

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => BigInt(from + index));
const inOrder = (revisions: (bigint | undefined)[]) => [...revisions].sort((a, b) => Number((a ?? 0n) - (b ?? 0n)));

describe('a group', () => {
  it('from the start gives what was appended before and after it was created', async () => {
    const stream = await aStreamOf(3);
    const { subscribe } = await createStreamGroup(server.client, { startFrom: 'start' }, stream);
    const consumer = subscribe({ acking: true });
    await consumer.first(3);
    await server.client.appendToStream(stream, events(2));
    expect(revisionsOf(await consumer.first(5))).toEqual(numbers(0, 5));
  });

  it('from the end gives only what is appended later', async () => {
    const stream = await aStreamOf(3);
    const { subscribe } = await createStreamGroup(server.client, { startFrom: 'end' }, stream);
    const consumer = subscribe({ acking: true });
    await consumer.has('confirmation');
    await server.client.appendToStream(stream, events(2));
    expect(revisionsOf(await consumer.first(2))).toEqual([3n, 4n]);
  });

  it('from a revision begins with the event at that revision', async () => {
    const stream = await aStreamOf(5);
    const { subscribe } = await createStreamGroup(server.client, { startFrom: 3n }, stream);
    expect(revisionsOf(await subscribe().first(2))).toEqual([3n, 4n]);
  });

  it('from a revision beyond the end waits for the event at that revision', async () => {
    const stream = await aStreamOf(3);
    const { subscribe } = await createStreamGroup(server.client, { startFrom: 5n }, stream);
    const consumer = subscribe();
    await consumer.has('confirmation');
    for (let appended = 0; appended < 4; appended++) await server.client.appendToStream(stream, anEvent());
    expect(revisionsOf(await consumer.first(2))).toEqual([5n, 6n]);
  });

  it('gives every event once, through buffers much smaller than the stream', async () => {
    const stream = await aStreamOf(300);
    const small = { historyBufferSize: 20, readBatchSize: 10, liveBufferSize: 10 };
    const { subscribe } = await createStreamGroup(server.client, small, stream);
    const consumer = subscribe({ acking: true });
    await consumer.first(100);
    await server.client.appendToStream(stream, events(300));
    await consumer.first(600);
    const last = anEvent();
    await server.client.appendToStream(stream, last);
    await consumer.first(601);
    expect(inOrder(revisionsOf(consumer.events))).toEqual(numbers(0, 601));
  });

  it('keeps what comes while nobody consumes, even beyond its live buffer', async () => {
    const { stream, subscribe } = await createStreamGroup(server.client, {
      liveBufferSize: 5,
      historyBufferSize: 20,
      readBatchSize: 10,
    });
    for (let round = 0; round < 10; round++) await server.client.appendToStream(stream, events(10));
    const consumer = subscribe({ acking: true });
    expect(inOrder(revisionsOf(await consumer.first(100)))).toEqual(numbers(0, 100));
  });

  it('gives each of its events to one of its consumers', async () => {
    const { stream, subscribe } = await createStreamGroup(server.client);
    const consumers = [subscribe({ acking: true }), subscribe({ acking: true }), subscribe({ acking: true })];
    await Promise.all(consumers.map((consumer) => consumer.has('confirmation')));
    await server.client.appendToStream(stream, events(90));
    const given = () => consumers.flatMap((consumer) => revisionsOf(consumer.events));
    await eventually(
      () => Promise.resolve(given()),
      '90 events',
      (found) => found.length >= 90,
    );
    expect(inOrder(given())).toEqual(numbers(0, 90));
    expect(consumers.every((consumer) => consumer.events.length > 0)).toBe(true);
  });

  it('gives all events, whatever another group on the stream was given', async () => {
    const stream = await aStreamOf(3);
    const groups = await Promise.all([
      createStreamGroup(server.client, {}, stream),
      createStreamGroup(server.client, {}, stream),
    ]);
    for (const { subscribe } of groups) {
      expect(revisionsOf(await subscribe({ acking: true }).first(3))).toEqual([0n, 1n, 2n]);
    }
  });

  it('gives the data, metadata and position of an event, and that it was never retried', async () => {
    const { stream, subscribe } = await createStreamGroup(server.client);
    const event = anEvent();
    const { position } = await server.client.appendToStream(stream, { ...event, metadata: { $correlationId: 'c' } });
    const [found] = await subscribe().first(1);
    expect(found).toMatchObject({
      retryCount: 0,
      event: {
        id: event.id,
        streamId: stream,
        revision: 0n,
        data: event.data,
        metadata: { $correlationId: 'c' },
        position,
      },
    });
    expect(found?.link).toBeUndefined();
  });
});

describe('a consumer', () => {
  it('has no more messages under way than its buffer, and gets one for each ack', async () => {
    const { stream, subscribe, infoWhen } = await createStreamGroup(server.client);
    await server.client.appendToStream(stream, events(10));
    const consumer = subscribe({ bufferSize: 3 });
    await consumer.first(3);
    await infoWhen('three under way', ({ stats }) => stats.totalInFlightMessages === 3);
    expect(consumer.events).toHaveLength(3);
    await consumer.ack(await consumer.nth(1));
    await consumer.first(4);
    await consumer.ack(await consumer.nth(2));
    expect(revisionsOf(await consumer.first(5))).toEqual(numbers(0, 5));
    await infoWhen('three under way', ({ stats }) => stats.totalInFlightMessages === 3);
    expect(consumer.events).toHaveLength(5);
  });

  it('may ack many at once', async () => {
    const { stream, subscribe, infoWhen } = await createStreamGroup(server.client);
    await server.client.appendToStream(stream, events(8));
    const consumer = subscribe({ bufferSize: 4 });
    await consumer.ack(...(await consumer.first(4)));
    await consumer.ack(...(await consumer.first(8)).slice(4));
    await infoWhen('nothing under way', ({ stats }) => stats.totalInFlightMessages === 0);
    expect(revisionsOf(consumer.events)).toEqual(numbers(0, 8));
  });

  it('gets links with the events they point to when the group resolves them, and acks them', async () => {
    const source = await aStreamOf(3);
    const { stream, subscribe, infoWhen } = await createStreamGroup(server.client, { resolveLinkTos: true });
    await server.client.appendToStream(stream, [aLinkTo(source, 2), aLinkTo(source, 0)]);
    const consumer = subscribe();
    const found = await consumer.first(2);
    expect(found.map(({ event, link }) => [event?.streamId, event?.revision, link?.streamId, link?.revision])).toEqual([
      [source, 2n, stream, 0n],
      [source, 0n, stream, 1n],
    ]);
    await consumer.ack(...found);
    await infoWhen('nothing outstanding', ({ stats }) => stats.outstandingMessagesCount === 0);
  });

  it('gets links as they are when the group does not resolve them', async () => {
    const source = await aStreamOf(1);
    const { stream, subscribe } = await createStreamGroup(server.client);
    await server.client.appendToStream(stream, aLinkTo(source, 0));
    const [found] = await subscribe().first(1);
    expect(found?.event).toMatchObject({ streamId: stream, type: '$>' });
    expect(found?.link).toBeUndefined();
  });
});
