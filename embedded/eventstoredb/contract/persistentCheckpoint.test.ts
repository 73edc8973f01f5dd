import {
  eventTypeFilter,
  excludeSystemEvents,
  type PersistentSubscriptionToStreamSettings,
  type Position,
} from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { allOf, anEvent, events, mark, newName, readAllOf, revisionsOf } from './events.ts';
import { createAllGroup, createStreamGroup } from './groups.ts';
import { record } from './recording.ts';
import { useServer } from './server.ts';
import { eventually } from './waiting.ts';

const server = useServer();

/** Longer than any test: only the counts decide. */
const never = 600_000;

const consuming = async (count: number, settings: Partial<PersistentSubscriptionToStreamSettings>) => {
  const group = await createStreamGroup(server.client, settings);
  await server.client.appendToStream(group.stream, events(count));
  return { ...group, consumer: group.subscribe({ bufferSize: 100 }) };
};

/** Waits until the server has looked for due checkpoints once more: it then wrote that of another group. */
const aTickLater = async () => {
  const { consumer, infoWhen } = await consuming(1, { checkPointLowerBound: 1, checkPointAfter: 1 });
  await consumer.ack(await consumer.nth(1));
  await infoWhen('a checkpoint', ({ stats }) => stats.lastCheckpointedEventRevision === 0n);
};

/** The data of the last checkpoint event, once there is one that is as expected. */
const checkpointOf = (stream: string, expected: string) =>
  eventually(
    async () => {
      const options = { direction: 'backwards', fromRevision: 'end', maxCount: 1 } as const;
      const [outcome] = await Promise.allSettled([readAllOf(server.client, stream, options)]);
      return outcome.status === 'fulfilled' ? outcome.value[0]?.event : undefined;
    },
    `checkpoint ${expected}`,
    (event) => (event?.data as unknown) === expected,
  );

describe('a checkpoint', () => {
  it('is written at once when the upper bound is reached, as an event of its own type', async () => {
    const { checkpoints, consumer } = await consuming(5, {
      checkPointLowerBound: 5,
      checkPointUpperBound: 5,
      checkPointAfter: never,
    });
    await consumer.ack(...(await consumer.first(5)));
    expect(await checkpointOf(checkpoints, '4')).toMatchObject({ type: 'SubscriptionCheckpoint', isJson: true });
  });

  it('is written after a while when the lower bound is reached', async () => {
    const { checkpoints, consumer } = await consuming(3, {
      checkPointLowerBound: 2,
      checkPointUpperBound: 1000,
      checkPointAfter: 200,
    });
    await consumer.ack(...(await consumer.first(3)));
    await checkpointOf(checkpoints, '2');
  });

  it('is written for a single event when the lower bound is one', async () => {
    const { checkpoints, consumer } = await consuming(1, {
      checkPointLowerBound: 1,
      checkPointUpperBound: 1000,
      checkPointAfter: 200,
    });
    await consumer.ack(await consumer.nth(1));
    await checkpointOf(checkpoints, '0');
  });

  it('is not written again before its time, below the upper bound', async () => {
    const settings = { checkPointLowerBound: 1, checkPointUpperBound: 1000, checkPointAfter: never };
    const { checkpoints, consumer, info } = await consuming(2, settings);
    await consumer.ack(await consumer.nth(1));
    await checkpointOf(checkpoints, '0');
    await consumer.ack(await consumer.nth(2));
    await aTickLater();
    expect((await info()).stats.lastCheckpointedEventRevision).toBe(0n);
  });

  it('stands before the lowest message that is outstanding', async () => {
    const { checkpoints, consumer, infoWhen } = await consuming(6, {
      checkPointLowerBound: 1,
      checkPointUpperBound: 3,
      checkPointAfter: never,
    });
    const all = await consumer.first(6);
    await consumer.ack(...all.slice(0, 3), ...all.slice(4));
    await checkpointOf(checkpoints, '2');
    await infoWhen('one outstanding', ({ stats }) => stats.outstandingMessagesCount === 1);
    await consumer.ack(await consumer.nth(4));
    await checkpointOf(checkpoints, '5');
  });

  it('passes a message that is parked or skipped', async () => {
    const { checkpoints, consumer } = await consuming(3, {
      checkPointLowerBound: 1,
      checkPointUpperBound: 3,
      checkPointAfter: never,
    });
    await consumer.nack('park', 'bad', await consumer.nth(1));
    await consumer.nack('skip', 'not ours', await consumer.nth(2));
    await consumer.ack(await consumer.nth(3));
    await checkpointOf(checkpoints, '2');
  });

  it('is shown by $all when the group is on a stream', async () => {
    const position = await mark(server.client);
    const { checkpoints, consumer } = await consuming(1, { checkPointLowerBound: 1, checkPointUpperBound: 1 });
    await consumer.ack(await consumer.nth(1));
    await checkpointOf(checkpoints, '0');
    const shown = await allOf(server.client.readAll({ fromPosition: position }));
    expect(shown.map(({ event }) => event?.streamId)).toContain(checkpoints);
  });

  it('passes a filter that leaves out system events by type', async () => {
    const fromPosition = await mark(server.client);
    const { checkpoints, consumer } = await consuming(1, { checkPointLowerBound: 1, checkPointUpperBound: 1 });
    const recording = record(server.client.subscribeToAll({ fromPosition, filter: excludeSystemEvents() }));
    await consumer.ack(await consumer.nth(1));
    await recording.some('the checkpoint', ({ event }) => event?.streamId === checkpoints);
  });

  it('is told by the info of the group', async () => {
    const { consumer, info, infoWhen } = await consuming(3, {
      checkPointLowerBound: 1,
      checkPointUpperBound: 3,
      checkPointAfter: never,
    });
    expect((await info()).stats.lastCheckpointedEventRevision).toBeUndefined();
    await consumer.ack(...(await consumer.first(3)));
    await infoWhen('the checkpoint at 2', ({ stats }) => stats.lastCheckpointedEventRevision === 2n);
  });
});

describe('a group that is rebuilt', () => {
  it('goes on behind its checkpoint', async () => {
    const { stream, checkpoints, consumer, update, subscribe } = await consuming(3, {
      checkPointLowerBound: 1,
      checkPointUpperBound: 3,
      checkPointAfter: never,
    });
    await consumer.ack(...(await consumer.first(3)));
    await checkpointOf(checkpoints, '2');
    await update();
    await server.client.appendToStream(stream, events(1));
    const next = subscribe();
    expect(revisionsOf(await next.first(1))).toEqual([3n]);
  });

  it('gives again what was acked when that was less than the lower bound', async () => {
    const settings = { checkPointLowerBound: 4, checkPointUpperBound: 1000, checkPointAfter: 1 };
    const { consumer, info, update, subscribe, infoWhen } = await consuming(3, settings);
    await consumer.ack(...(await consumer.first(3)));
    await infoWhen('nothing outstanding', ({ stats }) => stats.outstandingMessagesCount === 0);
    await aTickLater();
    expect((await info()).stats.lastCheckpointedEventRevision).toBeUndefined();
    await update();
    expect(revisionsOf(await subscribe().first(3))).toEqual([0n, 1n, 2n]);
  });

  it('gives again what was acked behind one that was not', async () => {
    const { consumer, checkpoints, update, subscribe } = await consuming(4, {
      checkPointLowerBound: 1,
      checkPointUpperBound: 1,
      checkPointAfter: never,
    });
    const all = await consumer.first(4);
    await consumer.ack(...all.slice(0, 1), ...all.slice(2));
    await checkpointOf(checkpoints, '0');
    await update();
    expect(revisionsOf(await subscribe().first(3))).toEqual([1n, 2n, 3n]);
  });
});

describe('a checkpoint of a group on $all', () => {
  it('is a position, at or behind the last message acked, and hidden from $all', async () => {
    const type = newName('Checkpointed');
    const stream = newName('stream');
    const { position: from } = await server.client.appendToStream(stream, anEvent(type));
    const { position: last } = await server.client.appendToStream(stream, anEvent(type));
    const settings = { startFrom: from, checkPointLowerBound: 1, checkPointUpperBound: 2, checkPointAfter: 200 };
    const group = await createAllGroup(server.client, settings, eventTypeFilter({ regex: `^${type}$` }));
    const consumer = group.subscribe();
    await consumer.ack(...(await consumer.first(2)));
    const { stats } = await group.infoWhen(
      'a checkpoint at the last message or behind it',
      (info) => (info.stats.lastCheckpointedEventPosition?.commit ?? -1n) >= (last?.commit ?? 0n),
    );
    const { commit, prepare } = stats.lastCheckpointedEventPosition ?? {};
    await checkpointOf(group.checkpoints, `C:${commit}/P:${prepare}`);
    const shown = await allOf(server.client.readAll({ fromPosition: from }));
    expect(shown.map(({ event }) => event?.streamId)).not.toContain(group.checkpoints);
  });

  it('stands before the lowest message that is outstanding', async () => {
    const type = newName('Checkpointed');
    await server.client.appendToStream(newName('stream'), events(3, type));
    const settings = { startFrom: 'start' as const, checkPointLowerBound: 1, checkPointUpperBound: 1 };
    const group = await createAllGroup(server.client, settings, eventTypeFilter({ regex: `^${type}$` }));
    const consumer = group.subscribe();
    const [first, second, third] = [await consumer.nth(1), await consumer.nth(2), await consumer.nth(3)];
    await consumer.ack(first, third);
    const isPast = (position: Position | undefined) =>
      (position?.commit ?? -1n) >= (first.event?.position.commit ?? 0n);
    await group.infoWhen('a checkpoint', ({ stats }) => isPast(stats.lastCheckpointedEventPosition));
    await group.update();
    const again = (await group.subscribe().first(2)).map(({ event }) => event?.id);
    expect(again).toEqual([second.event?.id, third.event?.id]);
  });

  it('is where the group goes on when it is rebuilt', async () => {
    const type = newName('Checkpointed');
    const stream = newName('stream');
    const { position: from } = await server.client.appendToStream(stream, events(3, type));
    const settings = { startFrom: 'start' as const, checkPointLowerBound: 1, checkPointUpperBound: 1 };
    const group = await createAllGroup(server.client, settings, eventTypeFilter({ regex: `^${type}$` }));
    const consumer = group.subscribe();
    await consumer.ack(...(await consumer.first(3)));
    await group.infoWhen(
      'a checkpoint at the last message or behind it',
      (info) => (info.stats.lastCheckpointedEventPosition?.commit ?? -1n) >= (from?.commit ?? 0n),
    );
    await group.update();
    const { id } = anEvent();
    await server.client.appendToStream(stream, anEvent(type, id));
    expect((await group.subscribe().nth(1)).event?.id).toBe(id);
  });
});
