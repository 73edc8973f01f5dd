import {
  eventTypeFilter,
  persistentSubscriptionToAllSettingsFromDefaults,
  START,
  type EventStoreDBClient,
  type PersistentSubscriptionToAll,
} from '@eventstore/db-client';
import { median } from '../statistics.ts';
import { anEvent } from './events.ts';

/** What a client process does to a server; each returns a rate per second, or milliseconds for a chain. */
export type Workload = (client: EventStoreDBClient, size: number) => Promise<number>;

const IN_FLIGHT = 256;

const perSecond = (count: number, since: number): number => (count * 1_000) / (performance.now() - since);

const together = async (count: number, act: (i: number) => Promise<unknown>): Promise<void> => {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
};

const appends =
  (streams: number): Workload =>
  async (client, size) => {
    const run = Math.random().toString(36).slice(2);
    const append = (i: number) => client.appendToStream(`bench${run}-${i % streams}`, anEvent('Benched'));
    await together(size / 4, append);
    const since = performance.now();
    await together(size, append);
    return perSecond(size, since);
  };

/** Appends while ten subscriptions of this client wait for events that never come. */
const appendsWhileIdle: Workload = async (client, size) => {
  const filter = eventTypeFilter({ regex: '^NeverAppended$', checkpointInterval: 1_000 });
  for (let n = 0; n < 10; n++) {
    const subscription = client.subscribeToAll({ fromPosition: 'end', filter });
    subscription.on('data', () => undefined);
    await new Promise((resolve) => subscription.once('confirmation', resolve));
  }
  return appends(1_000)(client, size);
};

/** Reads `$all` from its start, so many events at a time, over and over until `size` are read. */
const readAll =
  (atATime = Number.POSITIVE_INFINITY): Workload =>
  async (client, size) => {
    const read = async (count: number): Promise<number> => {
      let seen = 0;
      while (seen < count)
        for await (const { event } of client.readAll({ maxCount: Math.min(atATime, count - seen) })) if (event) seen++;
      return seen;
    };
    await read(size / 4);
    const since = performance.now();
    return perSecond(await read(size), since);
  };

const group = async (client: EventStoreDBClient, type: string, fromStart: boolean): Promise<string> => {
  const name = `bench-${type}-${Math.random().toString(36).slice(2)}`;
  const settings = persistentSubscriptionToAllSettingsFromDefaults(fromStart ? { startFrom: START } : {});
  await client.createPersistentSubscriptionToAll(name, settings, {
    filter: eventTypeFilter({ regex: `^${type}$` }),
  });
  return name;
};

const BUFFER = 256;

const consume = async (subscription: PersistentSubscriptionToAll, count: number): Promise<void> => {
  let seen = 0;
  for await (const delivered of subscription) {
    await subscription.ack(delivered);
    if (++seen === count) return;
  }
};

/** Deliveries of what is there, each acknowledged by itself, so many by a group: a further group begins anew. */
const deliveries =
  (byGroup = Number.POSITIVE_INFINITY): Workload =>
  async (client, size) => {
    const deliver = async (count: number): Promise<void> => {
      const name = await group(client, 'Benched', true);
      await consume(client.subscribeToPersistentSubscriptionToAll(name, { bufferSize: BUFFER }), count);
      await client.deletePersistentSubscriptionToAll(name);
    };
    await deliver(1);
    const since = performance.now();
    for (let left = size; left > 0; left -= byGroup) await deliver(Math.min(byGroup, left));
    return perSecond(size, since);
  };

/** An order's bare chain: five appends, four deliveries between them, each acked; milliseconds at the median. */
const chain: Workload = async (client, size) => {
  const types = ['Step1', 'Step2', 'Step3', 'Step4'];
  const done: ((order: string) => void)[] = [];
  for (const [i, type] of types.entries()) {
    const name = await group(client, type, false);
    const subscription = client.subscribeToPersistentSubscriptionToAll(name, { bufferSize: BUFFER });
    subscription.on('data', (delivered) => {
      const order = delivered.event?.streamId.split('-')[1] ?? '';
      void client.appendToStream(`chain${i + 1}-${order}`, anEvent(`Step${i + 2}`)).then(async () => {
        if (i === types.length - 1) done.shift()?.(order);
        await subscription.ack(delivered);
      });
    });
    await new Promise((resolve) => subscription.once('confirmation', resolve));
  }
  const times: number[] = [];
  for (let n = 0; n < size; n++) {
    const since = performance.now();
    const settled = new Promise<string>((resolve) => done.push(resolve));
    await client.appendToStream(`chain0-${n}x${Math.random()}`, anEvent('Step1'));
    await settled;
    times.push(performance.now() - since);
  }
  return median(times.slice(Math.floor(size / 4)));
};

const oneAtATime: Workload = async (client, size) => {
  const times: number[] = [];
  for (let n = 0; n < size; n++) {
    const since = performance.now();
    await client.appendToStream(`single-${n % 10}`, anEvent('Benched'));
    times.push(performance.now() - since);
  }
  return median(times.slice(Math.floor(size / 4)));
};

export const workloads = {
  appends: appends(1_000),
  'appends-10-streams': appends(10),
  'appends-100000-streams': appends(100_000),
  'appends-10-idle-subscriptions': appendsWhileIdle,
  readAll: readAll(),
  'readAll-1000': readAll(1_000),
  deliveries: deliveries(),
  'deliveries-1000': deliveries(1_000),
  chain,
  'append-alone': oneAtATime,
} satisfies Readonly<Record<string, Workload>>;

export type WorkloadName = keyof typeof workloads;
