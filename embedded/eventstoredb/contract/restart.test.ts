import { EventStoreDBClient } from '@eventstore/db-client';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { startEventStoreDB } from '../node.ts';
import { allOf, anEvent, events, idsIn, newName, readAllOf, revisionsOf } from './events.ts';
import { createAllGroup, createStreamGroup } from './groups.ts';
import { itOnEmbedded } from './server.ts';

const itOnOurs = itOnEmbedded('another server is not ours to restart');

let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'contract-'));
});
afterAll(() => rm(data, { recursive: true }));

/** Runs a durable node on the folder of this file for as long as the work takes. */
const running = async <A>(work: (client: EventStoreDBClient) => Promise<A>): Promise<A> => {
  const node = await startEventStoreDB({ data });
  const client = EventStoreDBClient.connectionString(node.url);
  try {
    return await work(client);
  } finally {
    await client.dispose();
    await node.stop();
  }
};

describe('a durable server that is stopped and started again', () => {
  itOnOurs('has every event where it was', async () => {
    const name = newName('stream');
    const before = await running(async (client) => {
      await client.appendToStream(name, events(20));
      return allOf(client.readAll());
    });
    await running(async (client) => {
      expect(await allOf(client.readAll({ maxCount: before.length }))).toEqual(before);
      expect(await readAllOf(client, name)).toHaveLength(20);
    });
  });

  itOnOurs('goes on with revisions and positions', async () => {
    const name = newName('stream');
    const before = await running((client) => client.appendToStream(name, events(3)));
    await running(async (client) => {
      const after = await client.appendToStream(name, anEvent(), { expectedRevision: 2n });
      expect(after.nextExpectedRevision).toBe(3n);
      expect(after.position?.commit).toBeGreaterThan(before.position?.commit ?? 0n);
    });
  });

  itOnOurs('knows a repeated append by its ids', async () => {
    const name = newName('stream');
    const written = events(2);
    const before = await running((client) => client.appendToStream(name, written, { expectedRevision: 'no_stream' }));
    await running(async (client) => {
      expect(await client.appendToStream(name, written, { expectedRevision: 'no_stream' })).toEqual(before);
      expect(await idsIn(client, name)).toEqual(written.map(({ id }) => id));
    });
  });

  itOnOurs('keeps metadata, soft deletes and tombstones', async () => {
    const [described, deleted, tombstoned] = [newName('stream'), newName('stream'), newName('stream')];
    await running(async (client) => {
      for (const name of [described, deleted, tombstoned]) await client.appendToStream(name, events(3));
      await client.setStreamMetadata(described, { maxCount: 1, owner: 'tests' });
      await client.deleteStream(deleted);
      await client.tombstoneStream(tombstoned);
    });
    await running(async (client) => {
      expect(revisionsOf(await readAllOf(client, described))).toEqual([2n]);
      expect((await client.getStreamMetadata(described)).metadata).toEqual({ maxCount: 1, owner: 'tests' });
      await expect(readAllOf(client, deleted)).rejects.toMatchObject({ type: 'stream-not-found' });
      await expect(readAllOf(client, tombstoned)).rejects.toMatchObject({ type: 'stream-deleted' });
      expect((await client.appendToStream(deleted, anEvent())).nextExpectedRevision).toBe(3n);
    });
  });

  itOnOurs('keeps groups, their settings, their checkpoints and what they parked', async () => {
    const changes = {
      checkPointLowerBound: 1,
      checkPointUpperBound: 3,
      checkPointAfter: 600_000,
      messageTimeout: 4321,
    };
    const group = await running(async (client) => {
      const { stream, name, subscribe, infoWhen } = await createStreamGroup(client, changes);
      await client.appendToStream(stream, events(5));
      const consumer = subscribe();
      await consumer.first(5);
      await consumer.nack('park', 'bad', await consumer.nth(1));
      await consumer.ack(await consumer.nth(2), await consumer.nth(3));
      await infoWhen('the checkpoint at 2', ({ stats }) => stats.lastCheckpointedEventRevision === 2n);
      await infoWhen('one parked message', ({ stats }) => stats.parkedMessageCount === 1n);
      return { stream, name };
    });
    await running(async (client) => {
      const info = await client.getPersistentSubscriptionToStreamInfo(group.stream, group.name);
      expect(info.settings).toMatchObject(changes);
      expect(info.stats.parkedMessageCount).toBe(1n);
      const again = client.subscribeToPersistentSubscriptionToStream(group.stream, group.name);
      const revisions: (bigint | undefined)[] = [];
      for await (const { event } of again) {
        revisions.push(event?.revision);
        if (revisions.length === 2) break;
      }
      expect(revisions).toEqual([3n, 4n]);
    });
  });

  itOnOurs('keeps groups on $all', async () => {
    const name = await running(async (client) => (await createAllGroup(client, { startFrom: 'end' })).name);
    await running(async (client) => {
      expect((await client.listPersistentSubscriptionsToAll()).map(({ groupName }) => groupName)).toContain(name);
    });
  });
});
