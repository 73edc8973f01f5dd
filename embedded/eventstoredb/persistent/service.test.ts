import {
  EventStoreDBClient,
  eventTypeFilter,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  type PersistentSubscriptionToAllSettings,
} from '@eventstore/db-client';
import grpc from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEventStoreDB, type NodeOptions } from '../node.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const startNode = async (options: NodeOptions = { memory: true }) => {
  const node = await startEventStoreDB(options);
  closing.push(node.stop);
  const client = EventStoreDBClient.connectionString(node.url);
  closing.push(() => client.dispose());
  return { node, client };
};

const folder = async () => {
  const path = await mkdtemp(join(tmpdir(), 'persistent-'));
  closing.push(() => rm(path, { recursive: true, force: true }));
  return path;
};

const paid = (amount: number) => jsonEvent({ type: 'Paid', data: { amount } });
const settings = (changes: Partial<PersistentSubscriptionToAllSettings> = {}) =>
  persistentSubscriptionToAllSettingsFromDefaults({
    startFrom: 'start',
    checkPointLowerBound: 1,
    checkPointAfter: 1,
    ...changes,
  });
const filter = eventTypeFilter({ regex: '^Paid$' });

const take = async (client: EventStoreDBClient, group: string, count: number, acked: number): Promise<unknown[]> => {
  const taken: unknown[] = [];
  const subscription = client.subscribeToPersistentSubscriptionToAll(group);
  for await (const event of subscription) {
    if (taken.length < acked) await subscription.ack(event);
    taken.push(event.event?.data);
    if (taken.length === count) break;
  }
  return taken;
};

const untilCheckpointed = async (client: EventStoreDBClient, group: string, position: bigint) => {
  for (;;) {
    const { stats } = await client.getPersistentSubscriptionToAllInfo(group);
    if ((stats.lastCheckpointedEventPosition?.commit ?? 0n) >= position) return;
  }
};

describe('a node that is started again on its folder', () => {
  it('has its groups, and goes on behind their checkpoints', async () => {
    const data = await folder();
    const before = await startNode({ data });
    await before.client.createPersistentSubscriptionToAll('billing', settings(), { filter });
    const { position } = await before.client.appendToStream('wallet-1', [paid(1), paid(2)]);
    await before.client.appendToStream('wallet-1', paid(3));
    expect(await take(before.client, 'billing', 3, 2)).toEqual([{ amount: 1 }, { amount: 2 }, { amount: 3 }]);
    await untilCheckpointed(before.client, 'billing', position?.commit ?? 0n);
    const info = await before.client.getPersistentSubscriptionToAllInfo('billing');
    await before.node.stop();

    const { client } = await startNode({ data });
    const after = await client.getPersistentSubscriptionToAllInfo('billing');
    expect(after.settings).toEqual(info.settings);
    expect(after.stats.lastCheckpointedEventPosition).toEqual(info.stats.lastCheckpointedEventPosition);
    await client.appendToStream('wallet-1', [jsonEvent({ type: 'Other', data: {} }), paid(4)]);
    expect(await take(client, 'billing', 2, 2)).toEqual([{ amount: 3 }, { amount: 4 }]);
  });
});

/** A client that says what the official one cannot. */
const bareClient = (port: number) => {
  const client = new grpc.PersistentSubscriptionsClient(`127.0.0.1:${port}`, credentials.createInsecure());
  closing.push(() => Promise.resolve(client.close()));
  return client;
};

const createRequest = (changes: (wanted: persistent.CreateReq.Settings) => void) => {
  const wanted = new persistent.CreateReq.Settings();
  wanted.setHistoryBufferSize(500).setReadBatchSize(20).setMaxRetryCount(10).setMessageTimeoutTicks('300000000');
  changes(wanted);
  const all = new persistent.CreateReq.AllOptions().setStart(new shared.Empty()).setNoFilter(new shared.Empty());
  const options = new persistent.CreateReq.Options().setAll(all).setGroupName('bare').setSettings(wanted);
  return new persistent.CreateReq().setOptions(options);
};

const create = (port: number, request: persistent.CreateReq) =>
  new Promise<void>((resolve, reject) => {
    bareClient(port).create(request, (error) => (error ? reject(error) : resolve()));
  });

const readOptions = () => {
  const options = new persistent.ReadReq.Options().setAll(new shared.Empty()).setGroupName('bare').setBufferSize(2);
  options.setUuidOption(new persistent.ReadReq.Options.UUIDOption().setStructured(new shared.Empty()));
  return new persistent.ReadReq().setOptions(options);
};

describe('a client other than the official one', () => {
  it('may ask for PinnedByCorrelation by name, and for a time-out in ticks', async () => {
    const { node, client } = await startNode();
    await create(
      node.port,
      createRequest((wanted) => wanted.setConsumerStrategy('PinnedByCorrelation')),
    );
    const info = await client.getPersistentSubscriptionToAllInfo('bare');
    expect(info.settings).toMatchObject({ consumerStrategyName: 'PinnedByCorrelation', messageTimeout: 30_000 });
  });

  it('is refused a strategy that does not exist', async () => {
    const { node } = await startNode();
    const attempt = create(
      node.port,
      createRequest((wanted) => wanted.setConsumerStrategy('Fair')),
    );
    await expect(attempt).rejects.toMatchObject({
      code: 13,
      details: expect.stringContaining('Consumer strategy Fair does not exist.'),
    });
  });

  it('may use ids as two numbers', async () => {
    const { node, client } = await startNode();
    await client.createPersistentSubscriptionToAll('bare', settings(), { filter });
    const call = bareClient(node.port).read();
    const ids: (shared.UUID | undefined)[] = [];
    call.on('data', (response: persistent.ReadResp) => {
      const id = response.getEvent()?.getEvent()?.getId();
      if (id === undefined) return;
      ids.push(id);
      call.write(new persistent.ReadReq().setAck(new persistent.ReadReq.Ack().setIdsList([id])));
    });
    call.on('error', () => undefined);
    call.write(readOptions());
    await client.appendToStream('wallet-1', [paid(1), paid(2), paid(3)]);
    for (;;) {
      const { stats } = await client.getPersistentSubscriptionToAllInfo('bare');
      if (stats.totalItems === 3n && stats.outstandingMessagesCount === 0) break;
    }
    expect(ids.map((id) => id?.hasStructured())).toEqual([true, true, true]);
    call.cancel();
  });

  it('leaves the group when it sends what cannot be read', async () => {
    const { node, client } = await startNode();
    await client.createPersistentSubscriptionToAll('bare', settings(), { filter });
    const bare = new Client(`127.0.0.1:${node.port}`, credentials.createInsecure());
    closing.push(() => Promise.resolve(bare.close()));
    const pass = (bytes: Buffer) => bytes;
    const call = bare.makeBidiStreamRequest(grpc.PersistentSubscriptionsService.read.path, pass, pass);
    call.write(Buffer.from(readOptions().serializeBinary()));
    await once(call, 'data');
    call.write(Buffer.from([0x12, 0x7f]));
    const [error] = (await once(call, 'error')) as [ServiceError];
    expect(error.code).toBe(3);
    expect((await client.getPersistentSubscriptionToAllInfo('bare')).connections).toEqual([]);
  });
});

describe('extra statistics', () => {
  it('show how long answers took', async () => {
    const { client } = await startNode();
    const changed = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: 'start', extraStatistics: true });
    await client.createPersistentSubscriptionToStream('wallet-1', 'billing', changed);
    await client.appendToStream('wallet-1', paid(1));
    const subscription = client.subscribeToPersistentSubscriptionToStream('wallet-1', 'billing');
    subscription.on('data', (event) => void subscription.ack(event));
    for (;;) {
      const { connections } = await client.getPersistentSubscriptionToStreamInfo('wallet-1', 'billing');
      const statistics = connections[0]?.extraStatistics;
      if (statistics === undefined) continue;
      expect([...statistics.keys()]).toEqual(expect.arrayContaining(['mean', 'median', 'quintile 5', 'highest']));
      break;
    }
    await subscription.unsubscribe();
  });
});
