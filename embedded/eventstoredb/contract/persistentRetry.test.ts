import { describe, expect, it } from '@jest/globals';
import { events, revisionsOf } from './events.ts';
import { createStreamGroup } from './groups.ts';
import { useServer } from './server.ts';

const server = useServer();

/** Milliseconds until a message that is not answered comes again. */
const shortTimeout = 300;

describe('a message nacked for retry', () => {
  it('comes again at once, counting up, before those that wait', async () => {
    const { stream, subscribe } = await createStreamGroup(server.client, { maxRetryCount: 100 });
    await server.client.appendToStream(stream, events(2));
    const consumer = subscribe({ bufferSize: 1 });
    const started = Date.now();
    for (let round = 1; round <= 20; round++) {
      const message = await consumer.nth(round);
      expect(message).toMatchObject({ retryCount: round - 1, event: { revision: 0n } });
      await consumer.nack('retry', 'again', message);
    }
    expect(Date.now() - started).toBeLessThan(2_000);
    await consumer.ack(await consumer.nth(21));
    expect(await consumer.nth(22)).toMatchObject({ retryCount: 0, event: { revision: 1n } });
  });

  it('comes in the order of the stream among others that are retried', async () => {
    const { stream, subscribe } = await createStreamGroup(server.client);
    await server.client.appendToStream(stream, events(5));
    const consumer = subscribe({ bufferSize: 3 });
    const [a, b, c] = [await consumer.nth(1), await consumer.nth(2), await consumer.nth(3)];
    await consumer.nack('retry', 'again', c, a, b);
    expect(revisionsOf(await consumer.first(6)).slice(3)).toEqual([0n, 1n, 2n]);
  });

  it('is parked once it was retried as often as it may be', async () => {
    const { stream, subscribe, infoWhen } = await createStreamGroup(server.client, { maxRetryCount: 2 });
    await server.client.appendToStream(stream, events(2));
    const consumer = subscribe({ bufferSize: 1 });
    for (let round = 1; round <= 3; round++) {
      await consumer.nack('retry', 'again', await consumer.nth(round));
    }
    await consumer.ack(await consumer.nth(4));
    expect(consumer.events.map(({ event, retryCount }) => [event?.revision, retryCount])).toEqual([
      [0n, 0],
      [0n, 1],
      [0n, 2],
      [1n, 0],
    ]);
    await infoWhen('one parked message', ({ stats }) => stats.parkedMessageCount === 1n);
  });
});

it('a message that may never be retried is parked by the first nack for retry', async () => {
  const { stream, subscribe, infoWhen } = await createStreamGroup(server.client, { maxRetryCount: 0 });
  await server.client.appendToStream(stream, events(2));
  const consumer = subscribe({ bufferSize: 1 });
  await consumer.nack('retry', 'again', await consumer.nth(1));
  expect((await consumer.nth(2)).event?.revision).toBe(1n);
  await infoWhen('one parked message', ({ stats }) => stats.parkedMessageCount === 1n);
});

describe('a message that is not answered in time', () => {
  it('comes again, counting up, and gives its slot back', async () => {
    const { stream, subscribe } = await createStreamGroup(server.client, { messageTimeout: shortTimeout });
    await server.client.appendToStream(stream, events(1));
    const consumer = subscribe({ bufferSize: 1 });
    const found = await consumer.first(3);
    expect(found.map(({ event, retryCount }) => [event?.revision, retryCount])).toEqual([
      [0n, 0],
      [0n, 1],
      [0n, 2],
    ]);
  });

  it('is parked once it was retried as often as it may be, and the next one comes', async () => {
    const { stream, subscribe, infoWhen } = await createStreamGroup(server.client, {
      messageTimeout: shortTimeout,
      maxRetryCount: 1,
    });
    await server.client.appendToStream(stream, events(2));
    const consumer = subscribe({ bufferSize: 1 });
    const found = await consumer.first(3);
    expect(found.map(({ event, retryCount }) => [event?.revision, retryCount])).toEqual([
      [0n, 0],
      [0n, 1],
      [1n, 0],
    ]);
    await infoWhen('a parked message', ({ stats }) => stats.parkedMessageCount >= 1n);
  });

  it('that is acked in time does not come again', async () => {
    const { stream, subscribe, infoWhen } = await createStreamGroup(server.client, { messageTimeout: shortTimeout });
    await server.client.appendToStream(stream, events(2));
    const consumer = subscribe({ bufferSize: 2 });
    await consumer.ack(await consumer.nth(1));
    const later = await consumer.first(4);
    expect(revisionsOf(later)).toEqual([0n, 1n, 1n, 1n]);
    await infoWhen('the other one under way', ({ stats }) => stats.outstandingMessagesCount <= 1);
  });
});

describe('a message whose consumer disconnects', () => {
  it('comes again to the next one, counting up, and is never parked for it', async () => {
    const { stream, subscribe, infoWhen, info } = await createStreamGroup(server.client, { maxRetryCount: 1 });
    await server.client.appendToStream(stream, events(1));
    for (let round = 0; round < 5; round++) {
      const consumer = subscribe();
      expect(await consumer.first(1)).toMatchObject([{ retryCount: round, event: { revision: 0n } }]);
      await consumer.leave();
      await infoWhen('nobody connected', ({ connections }) => connections.length === 0);
    }
    expect((await info()).stats.parkedMessageCount).toBe(0n);
  });

  it('comes again at once to another consumer that is connected', async () => {
    const { stream, subscribe } = await createStreamGroup(server.client, { consumerStrategyName: 'DispatchToSingle' });
    const first = subscribe({ bufferSize: 5 });
    await first.has('confirmation');
    const second = subscribe({ bufferSize: 5 });
    await second.has('confirmation');
    await server.client.appendToStream(stream, events(3));
    await first.first(3);
    await first.leave();
    const found = await second.first(3);
    expect(found.map(({ event, retryCount }) => [event?.revision, retryCount])).toEqual([
      [0n, 1],
      [1n, 1],
      [2n, 1],
    ]);
  });
});
