import { describe, expect, it } from '@jest/globals';
import { events, newName, revisionsOf } from './events.ts';
import { createAllGroup, createStreamGroup, type StreamGroup } from './groups.ts';
import { useServer } from './server.ts';
import { eventually } from './waiting.ts';

const server = useServer();

/** Restarts the subsystem and waits until the group is there again. */
const restarted = async (group: Pick<StreamGroup, 'info'>) => {
  await server.client.restartPersistentSubscriptionSubsystem();
  await eventually(
    async () => (await Promise.allSettled([group.info()]))[0].status,
    'the group to be loaded again',
    (status) => status === 'fulfilled',
  );
};

describe('a restart of the persistent subscriptions', () => {
  it('drops the consumers of all groups', async () => {
    const onStream = await createStreamGroup(server.client);
    const onAll = await createAllGroup(server.client, { startFrom: 'end' });
    const consumers = [onStream.subscribe(), onAll.subscribe()];
    await Promise.all(consumers.map((consumer) => consumer.has('confirmation')));
    await restarted(onStream);
    for (const consumer of consumers) {
      expect(await consumer.failed()).toMatchObject({ type: 'persistent-subscription-dropped', code: 1 });
    }
  });

  it('keeps the groups and their settings', async () => {
    const group = await createStreamGroup(server.client, { messageTimeout: 1234, consumerStrategyName: 'Pinned' });
    const before = (await group.info()).settings;
    await restarted(group);
    expect((await group.info()).settings).toEqual(before);
  });

  it('goes on behind the checkpoint, and gives the rest again', async () => {
    const changes = { checkPointLowerBound: 1, checkPointUpperBound: 2, checkPointAfter: 600_000 };
    const group = await createStreamGroup(server.client, changes);
    await server.client.appendToStream(group.stream, events(3));
    const consumer = group.subscribe();
    await consumer.ack(...(await consumer.first(2)));
    await group.infoWhen('the checkpoint at 1', ({ stats }) => stats.lastCheckpointedEventRevision === 1n);
    await consumer.ack(await consumer.nth(3));
    await group.infoWhen('nothing outstanding', ({ stats }) => stats.outstandingMessagesCount === 0);
    await restarted(group);
    await server.client.appendToStream(group.stream, events(1));
    expect(revisionsOf(await group.subscribe().first(2))).toEqual([2n, 3n]);
  });

  it('keeps the parked messages', async () => {
    const group = await createStreamGroup(server.client);
    await server.client.appendToStream(group.stream, events(1));
    const consumer = group.subscribe();
    await consumer.nack('park', 'bad', await consumer.nth(1));
    await group.infoWhen('one parked message', ({ stats }) => stats.parkedMessageCount === 1n);
    await restarted(group);
    await group.infoWhen('one parked message', ({ stats }) => stats.parkedMessageCount === 1n);
    const next = group.subscribe({ acking: true });
    await next.has('confirmation');
    await server.client.replayParkedMessagesToStream(group.stream, group.name);
    await next.some('the replayed message', ({ link }) => link !== undefined);
  });

  it('leaves catch-up subscriptions and streams alone', async () => {
    const group = await createStreamGroup(server.client);
    const stream = newName('stream');
    await restarted(group);
    expect((await server.client.appendToStream(stream, events(1))).nextExpectedRevision).toBe(0n);
  });
});
