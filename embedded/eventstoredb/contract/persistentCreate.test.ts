import {
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  type ReadableSubscription,
} from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { events, newName, revisionsOf } from './events.ts';
import { createAllGroup, createStreamGroup } from './groups.ts';
import { record } from './recording.ts';
import { useServer } from './server.ts';

const server = useServer();

const onStream = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: 'start' });
const onAll = persistentSubscriptionToAllSettingsFromDefaults({ startFrom: 'end' });

/** Fails as the subscription does. */
const connected = async <E>(subscription: ReadableSubscription<E>) => {
  throw await record(subscription).failed();
};

describe('a group', () => {
  it('on a stream that does not exist waits for its first event', async () => {
    const { stream, subscribe } = await createStreamGroup(server.client);
    const consumer = subscribe();
    await consumer.has('confirmation');
    await server.client.appendToStream(stream, events(2));
    expect(revisionsOf(await consumer.first(2))).toEqual([0n, 1n]);
  });

  it('on a stream is refused when it exists', async () => {
    const { stream, name } = await createStreamGroup(server.client);
    await expect(server.client.createPersistentSubscriptionToStream(stream, name, onStream)).rejects.toMatchObject({
      type: 'persistent-subscription-exists',
      code: 6,
      streamName: stream,
      groupName: name,
    });
  });

  it('on $all is refused when it exists', async () => {
    const { name } = await createAllGroup(server.client, { startFrom: 'end' });
    await expect(server.client.createPersistentSubscriptionToAll(name, onAll)).rejects.toMatchObject({
      type: 'persistent-subscription-exists',
      code: 6,
      streamName: '$all',
      groupName: name,
    });
  });

  it('may have the name of a group on another stream', async () => {
    const { name } = await createStreamGroup(server.client);
    const other = newName('stream');
    await server.client.createPersistentSubscriptionToStream(other, name, onStream);
    expect(await server.client.getPersistentSubscriptionToStreamInfo(other, name)).toMatchObject({
      eventSource: other,
      groupName: name,
    });
  });

  it('that was deleted may be created again, and begins anew', async () => {
    const { stream, name, subscribe, infoWhen } = await createStreamGroup(server.client, {
      checkPointUpperBound: 1,
      checkPointLowerBound: 1,
    });
    await server.client.appendToStream(stream, events(2));
    await subscribe({ acking: true }).first(2);
    await infoWhen('a checkpoint at 1', ({ stats }) => stats.lastCheckpointedEventRevision === 1n);
    await server.client.deletePersistentSubscriptionToStream(stream, name);
    await server.client.createPersistentSubscriptionToStream(stream, name, onStream);
    expect(revisionsOf(await subscribe().first(2))).toEqual([0n, 1n]);
  });

  it.each(['with blanks', 'größe-价格', 'a/b', '100%', 'a::b', 'a@b'])(
    'may be named %j, as its stream may',
    async (base) => {
      const stream = newName(base);
      const name = newName(base);
      await server.client.createPersistentSubscriptionToStream(stream, name, onStream);
      await server.client.appendToStream(stream, events(1));
      const recording = record(server.client.subscribeToPersistentSubscriptionToStream(stream, name));
      expect((await recording.first(1))[0]?.event?.streamId).toBe(stream);
      expect(await server.client.getPersistentSubscriptionToStreamInfo(stream, name)).toMatchObject({
        eventSource: stream,
        groupName: name,
      });
    },
  );
});

describe('a group that does not exist', () => {
  const [stream, group] = [newName('stream'), newName('group')];
  const missing = (streamName: string) => ({
    type: 'persistent-subscription-does-not-exist',
    code: 5,
    streamName,
    groupName: group,
    message: expect.stringContaining(`Subscription group ${group} on stream ${streamName} does not exist.`),
  });

  it.each<[string, () => Promise<unknown>]>([
    ['subscribed to', () => connected(server.client.subscribeToPersistentSubscriptionToStream(stream, group))],
    ['updated', () => server.client.updatePersistentSubscriptionToStream(stream, group, onStream)],
    ['deleted', () => server.client.deletePersistentSubscriptionToStream(stream, group)],
    ['asked about', () => server.client.getPersistentSubscriptionToStreamInfo(stream, group)],
    ['replayed', () => server.client.replayParkedMessagesToStream(stream, group)],
  ])('cannot be %s on a stream', async (_, attempt) => {
    await expect(attempt()).rejects.toMatchObject(missing(stream));
  });

  it.each<[string, () => Promise<unknown>]>([
    ['subscribed to', () => connected(server.client.subscribeToPersistentSubscriptionToAll(group))],
    ['updated', () => server.client.updatePersistentSubscriptionToAll(group, onAll)],
    ['deleted', () => server.client.deletePersistentSubscriptionToAll(group)],
    ['asked about', () => server.client.getPersistentSubscriptionToAllInfo(group)],
    ['replayed', () => server.client.replayParkedMessagesToAll(group)],
  ])('cannot be %s on $all', async (_, attempt) => {
    await expect(attempt()).rejects.toMatchObject(missing('$all'));
  });
});
