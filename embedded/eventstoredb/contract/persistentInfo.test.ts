import { eventTypeFilter } from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { anEvent, events, mark, newName } from './events.ts';
import { createAllGroup, createStreamGroup } from './groups.ts';
import { useServer } from './server.ts';

const server = useServer();

describe('the info of a group', () => {
  it('names what it is on, and what it is called', async () => {
    const { stream, name, info } = await createStreamGroup(server.client);
    expect(await info()).toMatchObject({ eventSource: stream, groupName: name, connections: [] });
  });

  it('on $all names $all', async () => {
    const { name, info } = await createAllGroup(server.client, { startFrom: 'end' });
    expect(await info()).toMatchObject({ eventSource: '$all', groupName: name, connections: [] });
  });

  it('knows no positions before there is an event', async () => {
    const { stats } = await (await createStreamGroup(server.client)).info();
    expect(stats.lastKnownEventRevision).toBeUndefined();
    expect(stats.lastCheckpointedEventRevision).toBeUndefined();
    expect(stats).toMatchObject({ totalItems: 0n, outstandingMessagesCount: 0, parkedMessageCount: 0n });
  });

  it('lists the consumers by the names of their connections, with what they hold', async () => {
    const { stream, subscribe, infoWhen } = await createStreamGroup(server.client);
    await server.client.appendToStream(stream, events(3));
    const client = server.connect('connectionName=billing-7');
    const consumer = subscribe({ client, bufferSize: 8 });
    await consumer.first(3);
    const { connections, stats } = await infoWhen(
      'three messages under way',
      (info) => info.stats.totalInFlightMessages === 3,
    );
    expect(connections).toHaveLength(1);
    expect(connections[0]).toMatchObject({
      connectionName: 'billing-7',
      availableSlots: 5,
      inFlightMessages: 3,
      totalItems: 3n,
    });
    expect(stats).toMatchObject({ totalItems: 3n, outstandingMessagesCount: 3, totalInFlightMessages: 3 });
  });

  it('lists each consumer of one connection, and none that has left', async () => {
    const { subscribe, infoWhen } = await createStreamGroup(server.client);
    const [one, other] = [subscribe(), subscribe()];
    await Promise.all([one.has('confirmation'), other.has('confirmation')]);
    await infoWhen('two consumers', ({ connections }) => connections.length === 2);
    await one.leave();
    await infoWhen('one consumer', ({ connections }) => connections.length === 1);
  });

  it('counts down what is outstanding as it is acked', async () => {
    const { stream, subscribe, infoWhen } = await createStreamGroup(server.client);
    await server.client.appendToStream(stream, events(4));
    const consumer = subscribe();
    await consumer.first(4);
    await consumer.ack(await consumer.nth(1), await consumer.nth(3));
    const { connections } = await infoWhen('two outstanding', ({ stats }) => stats.outstandingMessagesCount === 2);
    expect(connections[0]).toMatchObject({ availableSlots: 8, inFlightMessages: 2 });
  });

  it('knows the last event', async () => {
    const { stream, subscribe, infoWhen } = await createStreamGroup(server.client);
    subscribe({ acking: true });
    await server.client.appendToStream(stream, events(4));
    await infoWhen('the last event at 3', ({ stats }) => stats.lastKnownEventRevision === 3n);
  });

  it('on $all knows the position of the last event that passes the filter', async () => {
    const type = newName('Known');
    const filter = eventTypeFilter({ regex: `^${type}$` });
    const startFrom = await mark(server.client);
    const { subscribe, infoWhen } = await createAllGroup(server.client, { startFrom }, filter);
    subscribe({ acking: true });
    const { position } = await server.client.appendToStream(newName('stream'), anEvent(type));
    await infoWhen(
      `${position?.commit} as the last position`,
      ({ stats }) => stats.lastKnownEventPosition?.commit === position?.commit,
    );
  });
});

describe('a list of groups', () => {
  it('of a stream holds its groups only', async () => {
    const stream = newName('stream');
    const groups = [
      await createStreamGroup(server.client, {}, stream),
      await createStreamGroup(server.client, {}, stream),
    ];
    await createStreamGroup(server.client);
    const found = await server.client.listPersistentSubscriptionsToStream(stream);
    expect(found.map(({ groupName }) => groupName).sort()).toEqual(groups.map(({ name }) => name).sort());
    expect(found.map(({ eventSource }) => eventSource)).toEqual([stream, stream]);
  });

  it('of $all holds the groups on $all only', async () => {
    const [onAll, onStream] = [
      await createAllGroup(server.client, { startFrom: 'end' }),
      await createStreamGroup(server.client),
    ];
    const found = (await server.client.listPersistentSubscriptionsToAll()).map(({ groupName }) => groupName);
    expect(found).toContain(onAll.name);
    expect(found).not.toContain(onStream.name);
  });

  it('of everything holds both, and none that was deleted', async () => {
    const [onAll, onStream, deleted] = [
      await createAllGroup(server.client, { startFrom: 'end' }),
      await createStreamGroup(server.client),
      await createStreamGroup(server.client),
    ];
    await server.client.deletePersistentSubscriptionToStream(deleted.stream, deleted.name);
    const found = (await server.client.listAllPersistentSubscriptions()).map(({ groupName }) => groupName);
    expect(found).toEqual(expect.arrayContaining([onAll.name, onStream.name]));
    expect(found).not.toContain(deleted.name);
  });
});
