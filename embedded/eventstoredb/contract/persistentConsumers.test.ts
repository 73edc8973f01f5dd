import { describe, expect, it } from '@jest/globals';
import { events, revisionsOf } from './events.ts';
import { createAllGroup, createStreamGroup } from './groups.ts';
import { useServer } from './server.ts';

const server = useServer();

describe('a group with a maximum of subscribers', () => {
  it('refuses one more, and serves those it has', async () => {
    const { stream, name, subscribe } = await createStreamGroup(server.client, { maxSubscriberCount: 1 });
    const first = subscribe();
    await first.has('confirmation');
    expect(await subscribe().failed()).toMatchObject({
      type: 'maximum-subscribers-reached',
      code: 9,
      streamName: stream,
      groupName: name,
    });
    await server.client.appendToStream(stream, events(1));
    expect(revisionsOf(await first.first(1))).toEqual([0n]);
  });

  it('takes another one when one has left', async () => {
    const { subscribe, infoWhen } = await createStreamGroup(server.client, { maxSubscriberCount: 1 });
    const first = subscribe();
    await first.has('confirmation');
    await first.leave();
    await infoWhen('nobody connected', ({ connections }) => connections.length === 0);
    await subscribe().has('confirmation');
  });

  it('on $all refuses one more too', async () => {
    const { name, subscribe } = await createAllGroup(server.client, { startFrom: 'end', maxSubscriberCount: 1 });
    await subscribe().has('confirmation');
    expect(await subscribe().failed()).toMatchObject({
      type: 'maximum-subscribers-reached',
      streamName: '$all',
      groupName: name,
    });
  });
});

describe('the consumers of a group are dropped', () => {
  it('when it is updated, and may come back', async () => {
    const { stream, name, subscribe, update } = await createStreamGroup(server.client);
    const consumers = [subscribe(), subscribe()];
    await Promise.all(consumers.map((consumer) => consumer.has('confirmation')));
    await update();
    for (const consumer of consumers) {
      expect(await consumer.failed()).toMatchObject({
        type: 'persistent-subscription-dropped',
        code: 1,
        streamName: stream,
        groupName: name,
      });
    }
    await server.client.appendToStream(stream, events(1));
    expect(revisionsOf(await subscribe().first(1))).toEqual([0n]);
  });

  it('when it is deleted, and cannot come back', async () => {
    const { stream, name, subscribe } = await createStreamGroup(server.client);
    const consumer = subscribe();
    await consumer.has('confirmation');
    await server.client.deletePersistentSubscriptionToStream(stream, name);
    expect(await consumer.failed()).toMatchObject({ type: 'persistent-subscription-dropped', code: 1 });
    expect(await subscribe().failed()).toMatchObject({ type: 'persistent-subscription-does-not-exist' });
  });

  it('when it is on $all and deleted', async () => {
    const { name, subscribe } = await createAllGroup(server.client, { startFrom: 'end' });
    const consumer = subscribe();
    await consumer.has('confirmation');
    await server.client.deletePersistentSubscriptionToAll(name);
    expect(await consumer.failed()).toMatchObject({
      type: 'persistent-subscription-dropped',
      streamName: '$all',
      groupName: name,
    });
  });

  it('with what they had not answered, which comes again', async () => {
    const { stream, subscribe, update } = await createStreamGroup(server.client);
    await server.client.appendToStream(stream, events(2));
    const consumer = subscribe();
    await consumer.first(2);
    await update();
    await consumer.failed();
    expect(revisionsOf(await subscribe().first(2))).toEqual([0n, 1n]);
  });
});
