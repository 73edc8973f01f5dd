import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { BACKWARDS, END } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import type { EventOf, RecordedEvent } from '../domain/events.ts';
import type { TopicName } from '../domain/topics.ts';
import { log, put, someOrder, startTestStore, write, type TestStore } from '../tests/fixtures/eventStore.ts';
import { startProxy } from '../tests/fixtures/proxy.ts';
import { until } from '../tests/fixtures/until.ts';
import { connect, type EventStore } from './connection.ts';
import { startConsumer, type Consumer, type ConsumerOptions } from './consumer.ts';
import type { Handler } from './delivery.ts';
import { NewerVersion, Unavailable } from './faults.ts';
import { already, appended, parked, type Outcome } from './outcome.ts';
import { redrive } from './redrive.ts';

type Requested = RecordedEvent<'OrderCreateRequested'>;

const topic = 'orders.create';
const settings = { aloneAfter: 2, parkAfter: 4, backoff: { first: 10, most: 50 }, watchdogInterval: 200 };

let test: TestStore;
let consumers: Consumer[] = [];
beforeAll(async () => {
  test = await startTestStore();
});
afterEach(async () => {
  await Promise.all(consumers.map((consumer) => consumer.stop()));
  consumers = [];
});
afterAll(() => test.stop());

const start = (handler: Handler<typeof topic>, options: Partial<ConsumerOptions<typeof topic>> = {}): Consumer => {
  const consumer = startConsumer({ store: test.store, topic, handler, settings, ...options });
  consumers.push(consumer);
  return consumer;
};

const request = (store: EventStore = test.store): Promise<Requested> =>
  put(store, { type: 'OrderCreateRequested', data: someOrder() });

/** Reasons of what is parked on the topic, newest first. */
const parkedReasons = async (of: TopicName = topic): Promise<ReadonlyArray<string>> => {
  const client = await test.store.run((usable) => Promise.resolve(usable));
  const reasons: string[] = [];
  const stream = `$persistentsubscription-$all::${of}-parked`;
  try {
    for await (const { event } of client.readStream(stream, { direction: BACKWARDS, fromRevision: END })) {
      const metadata: unknown = event?.metadata;
      if (typeof metadata === 'object' && metadata !== null && 'reason' in metadata)
        reasons.push(String(metadata.reason));
    }
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes(stream)) throw error;
  }
  return reasons;
};

/** A handler that knows what it has seen, and answers for one message as `how` says; others are long handled. */
const watching = (message: { id: string } | undefined, how: (times: number) => Outcome | Promise<Outcome>) => {
  const seen: string[] = [];
  const handler: Handler<typeof topic> = async ({ id }) => {
    if (message !== undefined && id !== message.id) return already;
    seen.push(id);
    return how(seen.length);
  };
  return { seen, handler };
};

describe('topic consumer', () => {
  it('delivers what was there before it and what comes after', async () => {
    const before = await request();
    const seen = new Set<string>();
    const consumer = start(({ id }) => {
      seen.add(id);
      return Promise.resolve(appended);
    });
    await until('the old message is seen', () => seen.has(before.id));
    const after = await request();
    await until('the new message is seen', () => seen.has(after.id));
    expect(consumer.check()).toEqual({ ok: true, detail: 'consuming' });
    await consumer.stop();
    expect(consumer.check().ok).toBe(false);
  });

  it('parks a message that can never work, with the reason, and goes on', async () => {
    const bad = await request();
    const { handler, seen } = watching(bad, () => parked('Expected sense, found none'));
    const consumer = start(handler);
    await until('it is parked', async () => (await parkedReasons()).some((reason) => reason.includes('found none')));
    expect(seen).toHaveLength(1);
    const next = await request();
    await until('the next one is handled', () => consumer.outcomes().already > 0 && next);
  });

  it('tries a failure again, and parks it after enough tries without handling it once more', async () => {
    const bad = await request();
    const { handler, seen } = watching(bad, () => Promise.reject(new Error('surprise')));
    const consumer = start(handler);
    await until('it is given up', async () => (await parkedReasons()).some((reason) => reason.includes('gave up')));
    expect(seen).toHaveLength(settings.parkAfter);
    expect(consumer.check().ok).toBe(true);
  });

  it('handles a message that keeps failing with nothing beside it', async () => {
    const suspect = await request();
    let running = 0;
    const beside: number[] = [];
    start(async ({ id }) => {
      running += 1;
      try {
        await new Promise(setImmediate);
        if (id !== suspect.id) return already;
        beside.push(running - 1);
        if (beside.length <= settings.aloneAfter) throw new Error('surprise');
        return appended;
      } finally {
        running -= 1;
      }
    });
    for (let others = 0; others < 30; others += 1) await request();
    await until('it is handled', () => beside.length > settings.aloneAfter);
    expect(beside.slice(settings.aloneAfter)).toEqual([0]);
  });

  it('counts no failed try while something it needs is away, and resumes when that is back', async () => {
    const message = await request();
    let away = true;
    let probes = 0;
    const { handler, seen } = watching(message, () => {
      if (away) throw new Unavailable('profiles', new Error('connection refused'));
      return appended;
    });
    const probe = () => {
      probes += 1;
      return away && probes % 3 !== 0
        ? Promise.reject(new Unavailable('profiles', new Error('connection refused')))
        : Promise.resolve();
    };
    const consumer = start(handler, { probe });
    await until('more absences than tries would be allowed', () => seen.length > settings.parkAfter + 2);
    expect(consumer.check().detail === 'consuming' || consumer.check().detail.includes('profiles is away')).toBe(true);
    away = false;
    await until('it is handled', () => consumer.outcomes().appended === 1);
    expect(consumer.outcomes().parked).toBe(0);
  });

  it.each([
    ['before its event is appended', 'before'],
    ['after its event is appended and before the message is acked', 'after'],
  ])('handles a message once in effect when it is cut off %s', async (_, moment) => {
    const message = await request();
    const done = new Set<string>();
    const { handler, seen } = watching(message, (times) => {
      if (times === 1 && moment === 'before') throw new Unavailable('this process', new Error('cut off'));
      const outcome = done.has(message.id) ? already : appended;
      done.add(message.id);
      if (times === 1) throw new Unavailable('this process', new Error('cut off'));
      return outcome;
    });
    const consumer = start(handler);
    await until('it is answered', () => seen.length === 2 && done.has(message.id));
    await consumer.stop();
    const again = watching(message, () => already);
    const second = start(again.handler);
    const marker = await request();
    await until('the marker went through', () => second.outcomes().already > 0 && marker);
    await second.stop();
    expect(done.size).toBe(1);
  });

  it('acks and ignores an event of the right type in a foreign stream', async () => {
    const order = someOrder();
    const foreign = await write(
      test.store,
      { type: 'OrderCreateRequested', data: order },
      { stream: `someoneElses-${randomUUID()}` },
    );
    const { handler, seen } = watching(foreign, () => appended);
    const consumer = start(handler);
    await until('it is ignored', () => consumer.outcomes().ignored > 0);
    expect(seen).toEqual([]);
  });

  it('parks what its codec refuses, and names the fault', async () => {
    const order = { ...someOrder(), total: -5 };
    await write(test.store, { type: 'OrderCreateRequested', data: order }, { stream: `orderRequest-${order.orderId}` });
    start(() => Promise.resolve(already));
    await until('it is parked', async () => (await parkedReasons()).some((reason) => reason.includes('/total')));
  });

  it('hands a redriven event to the handler of the named topic only', async () => {
    const message = await request();
    const { handler, seen } = watching(message, (times) => (times === 1 ? parked('not yet') : appended));
    const consumer = start(handler);
    await until('it is parked', () => consumer.outcomes().parked === 1);
    await redrive(test.store, { topic, eventId: message.id, by: 'olga', reason: 'now it can work' });
    await until('it is handled', () => consumer.outcomes().appended === 1);
    expect(seen).toHaveLength(2);
  });

  it('parks a redrive that points at nothing', async () => {
    const eventId = randomUUID();
    const data: EventOf<'RedriveRequested'>['data'] = {
      eventId,
      topic,
      stream: `orderRequest-${eventId}`,
      revision: 0,
      by: 'olga',
      reason: 'a slip of the pen',
    };
    await put(test.store, { type: 'RedriveRequested', data });
    start(() => Promise.resolve(already));
    await until('it is parked', async () => (await parkedReasons()).some((reason) => reason.includes('found nothing')));
  });

  it('refuses to redrive what the log does not hold', async () => {
    const eventId = randomUUID();
    await expect(redrive(test.store, { topic, eventId, by: 'olga', reason: 'a try' })).rejects.toThrow(
      `Expected OrderCreateRequested with id ${eventId} in the log, found none`,
    );
  });

  it('comes back by itself when its connection was cut', async () => {
    const proxy = await startProxy(test.port);
    const store = connect({ url: `esdb://127.0.0.1:${proxy.port}?tls=false`, name: 'behind a bad wire', log });
    const seen = new Set<string>();
    const consumer = start(
      ({ id }) => {
        seen.add(id);
        return Promise.resolve(already);
      },
      { store },
    );
    await until('it consumes', () => consumer.check().ok);
    proxy.cut();
    await until('it notices', () => !consumer.check().ok);
    const message = await request();
    proxy.mend();
    await until('it consumes again', () => seen.has(message.id));
    await consumer.stop();
    await store.close();
    await proxy.close();
  });

  it('finds out that nothing can arrive although nothing was reported', async () => {
    const proxy = await startProxy(test.port);
    const store = connect({ url: `esdb://127.0.0.1:${proxy.port}?tls=false`, name: 'half open', log });
    const seen = new Set<string>();
    const consumer = start(
      ({ id }) => {
        seen.add(id);
        return Promise.resolve(already);
      },
      { store },
    );
    await until('it consumes', () => consumer.check().ok);
    proxy.loseAnswers();
    await until('it notices', () => !consumer.check().ok);
    proxy.mend();
    const message = await request();
    await until('it consumes again', () => seen.has(message.id));
    await consumer.stop();
    await store.close();
    await proxy.close();
  });

  it('makes its group anew when somebody deleted it', async () => {
    const consumer = start(() => Promise.resolve(already));
    await until('it consumes', () => consumer.check().ok);
    const client = await test.store.run((usable) => Promise.resolve(usable));
    await client.deletePersistentSubscriptionToAll(topic);
    const before = consumer.outcomes().already;
    const message = await request();
    await until('the new group is consumed', () => consumer.outcomes().already > before && message);
  });

  // Last, because the message stays in the log and stops every consumer that comes after.
  it('stops its topic at an event that newer code wrote, and says so', async () => {
    const data = someOrder();
    await write(test.store, { type: 'OrderCreateRequested', data }, { metadata: { version: 2 } });
    const consumer = start(() => Promise.resolve(already));
    await until('it stops', () => consumer.check().detail.includes('has version 2, this code knows 1'));
    expect(consumer.check().ok).toBe(false);
    expect(new NewerVersion('').name).toBe('NewerVersion');
  });
});
