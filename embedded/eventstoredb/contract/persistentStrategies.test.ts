import { eventTypeFilter } from '@eventstore/db-client';
import { PersistentSubscriptionsClient } from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { describe, expect, it } from '@jest/globals';
import { anEvent, events, mark, newName, revisionsOf } from './events.ts';
import { createAllGroup, createStreamGroup, type Consumer } from './groups.ts';
import { record } from './recording.ts';
import { useServer } from './server.ts';
import { eventually } from './waiting.ts';
import { answerTo, streamNamed, target } from './wire.ts';

const server = useServer();

type Seen = { events: readonly { event?: { streamId: string; revision: bigint; metadata: unknown } }[] };

const together = (consumers: readonly Seen[], count: number) =>
  eventually(
    () => Promise.resolve(consumers.reduce((sum, consumer) => sum + consumer.events.length, 0)),
    `${count} messages among all consumers`,
    (sum) => sum >= count,
  );

/** Connects them one after the other, so that their order is known. */
const connected = async <E>(subscribe: () => Consumer<E>, count: number) => {
  const consumers: Consumer<E>[] = [];
  for (let made = 0; made < count; made++) {
    const consumer = subscribe();
    await consumer.has('confirmation');
    consumers.push(consumer);
  }
  return consumers;
};

describe('RoundRobin', () => {
  it('gives each consumer its turn', async () => {
    const { stream, subscribe } = await createStreamGroup(server.client, { consumerStrategyName: 'RoundRobin' });
    const consumers = await connected(() => subscribe(), 3);
    await server.client.appendToStream(stream, events(9));
    await together(consumers, 9);
    const turns = consumers.map((consumer) => revisionsOf(consumer.events).map((revision) => Number(revision) % 3));
    expect(turns.map((turn) => turn.length)).toEqual([3, 3, 3]);
    expect(turns.map((turn) => new Set(turn).size)).toEqual([1, 1, 1]);
  });

  it('passes over a consumer that has no slot left', async () => {
    const { stream, subscribe } = await createStreamGroup(server.client, { consumerStrategyName: 'RoundRobin' });
    const [small] = await connected(() => subscribe({ bufferSize: 1 }), 1);
    const [large] = await connected(() => subscribe({ bufferSize: 20 }), 1);
    await server.client.appendToStream(stream, events(10));
    await large?.first(9);
    expect(small?.events).toHaveLength(1);
  });
});

describe('DispatchToSingle', () => {
  it('fills the first consumer, then the next', async () => {
    const { stream, subscribe } = await createStreamGroup(server.client, { consumerStrategyName: 'DispatchToSingle' });
    const consumers = await connected(() => subscribe({ bufferSize: 3 }), 3);
    await server.client.appendToStream(stream, events(7));
    await together(consumers, 7);
    expect(consumers.map((consumer) => revisionsOf(consumer.events))).toEqual([[0n, 1n, 2n], [3n, 4n, 5n], [6n]]);
  });

  it('gives everything to one consumer that keeps up', async () => {
    const { stream, subscribe } = await createStreamGroup(server.client, { consumerStrategyName: 'DispatchToSingle' });
    const consumers = await connected(() => subscribe({ acking: true, bufferSize: 50 }), 2);
    for (let round = 1; round <= 5; round++) {
      await server.client.appendToStream(stream, events(4));
      await together(consumers, round * 4);
    }
    expect(consumers.map((consumer) => consumer.events.length)).toEqual([20, 0]);
  });
});

describe('Pinned', () => {
  it('gives all events of a stream to one consumer, and streams to all of them', async () => {
    const type = newName('Pinned');
    const startFrom = await mark(server.client);
    const filter = eventTypeFilter({ regex: `^${type}$` });
    const { subscribe } = await createAllGroup(server.client, { startFrom, consumerStrategyName: 'Pinned' }, filter);
    const consumers = await connected(() => subscribe({ acking: true }), 2);
    const streams = Array.from({ length: 30 }, () => newName('pinned'));
    for (let round = 0; round < 3; round++) {
      await Promise.all(streams.map((stream) => server.client.appendToStream(stream, anEvent(type))));
    }
    await together(consumers, 90);
    const streamsOf = consumers.map((consumer) => new Set(consumer.events.map(({ event }) => event?.streamId)));
    expect(streamsOf.every((own) => own.size > 0)).toBe(true);
    expect(streamsOf.reduce((sum, own) => sum + own.size, 0)).toBe(30);
  });
});

describe('PinnedByCorrelation', () => {
  it('gives all events of a correlation to one consumer, and correlations to all of them', async () => {
    const [stream, group] = [newName('stream'), newName('group')];
    await createPinnedByCorrelation(stream, group);
    const info = await server.client.getPersistentSubscriptionToStreamInfo(stream, group);
    expect(info.settings.consumerStrategyName).toBe('PinnedByCorrelation');
    const subscribe = async () => {
      const consumer = record(
        server.client.subscribeToPersistentSubscriptionToStream(stream, group, { bufferSize: 100 }),
      );
      await consumer.has('confirmation');
      return consumer;
    };
    const consumers = [await subscribe(), await subscribe()];
    const correlations = Array.from({ length: 30 }, () => newName('correlation'));
    for (let round = 0; round < 3; round++) {
      const correlated = correlations.map(($correlationId) => ({ ...anEvent(), metadata: { $correlationId } }));
      await server.client.appendToStream(stream, correlated);
    }
    await together(consumers, 90);
    const own = consumers.map(
      (consumer) =>
        new Set(consumer.events.map(({ event }) => (event?.metadata as { $correlationId: string }).$correlationId)),
    );
    expect(own.every((mine) => mine.size > 0)).toBe(true);
    expect(own.reduce((sum, mine) => sum + mine.size, 0)).toBe(30);
  });
});

/** The client 6.2.1 cannot ask for this strategy, its generated call can. */
async function createPinnedByCorrelation(stream: string, group: string): Promise<void> {
  const settings = new persistent.CreateReq.Settings();
  settings.setConsumerStrategy('PinnedByCorrelation');
  settings.setMessageTimeoutMs(30_000);
  settings.setMaxRetryCount(10);
  settings.setCheckpointAfterMs(2_000);
  settings.setMinCheckpointCount(10);
  settings.setMaxCheckpointCount(1_000);
  settings.setLiveBufferSize(500);
  settings.setReadBatchSize(20);
  settings.setHistoryBufferSize(500);
  const streamOptions = new persistent.CreateReq.StreamOptions();
  streamOptions.setStreamIdentifier(streamNamed(stream));
  streamOptions.setStart(new shared.Empty());
  const options = new persistent.CreateReq.Options();
  options.setStream(streamOptions);
  options.setGroupName(group);
  options.setSettings(settings);
  const request = new persistent.CreateReq();
  request.setOptions(options);
  const wire = new PersistentSubscriptionsClient(...target(server.url));
  await answerTo((done) => wire.create(request, done));
  wire.close();
}
