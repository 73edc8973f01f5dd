import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { orderStream } from '../domain/streams.ts';
import { createOrders, handlers as ordersHandlers } from '../services/orders/orders.ts';
import { log } from '../tests/fixtures/logger.ts';
import { startProxy } from '../tests/fixtures/proxy.ts';
import { settings, startTestTopic, topic, watching, type TestTopic } from '../tests/fixtures/topic.ts';
import { until } from '../tests/fixtures/until.ts';
import { connect } from './connection.ts';
import { startConsumer } from './consumer.ts';
import type { Handler } from './delivery.ts';
import { Deferred, Unavailable } from './faults.ts';
import { already, appended } from './outcome.ts';
import { readForwards } from './read.ts';

let given: TestTopic;
beforeAll(async () => {
  given = await startTestTopic();
});
afterEach(() => given.rest());
afterAll(async () => {
  await given.rest();
  await given.test.stop();
});

describe('a message that fails', () => {
  it('tries a failure again, and parks it after enough tries with the last failure as the reason', async () => {
    const bad = await given.request();
    const { handler, seen } = watching(bad, () => Promise.reject(new Error('surprise')));
    const consumer = given.start(handler);
    await until('it is given up', async () =>
      (await given.parkedReasons()).some((reason) => reason.includes('failed 4 times, at last: surprise')),
    );
    expect(seen).toHaveLength(settings.parkAfter);
    expect(consumer.check().ok).toBe(true);
  });

  it('handles a message that keeps coming back with nothing beside it', async () => {
    const suspect = await given.request();
    const others = await Promise.all(Array.from({ length: 30 }, () => given.request()));
    const handled = new Set<string>();
    const beside: number[] = [];
    let running = 0;
    given.start(async ({ id }) => {
      running += 1;
      try {
        await new Promise(setImmediate);
        if (id === suspect.id) beside.push(running - 1);
        if (id === suspect.id && beside.length <= settings.aloneAfter) throw new Error('surprise');
        handled.add(id);
        return appended;
      } finally {
        running -= 1;
      }
    });
    await until('all are handled', () => [suspect, ...others].every(({ id }) => handled.has(id)));
    expect(beside.slice(settings.aloneAfter)).toEqual([0]);
  });

  it('parks a message that process after process began alone and none answered, and nothing beside it', async () => {
    const killer = await given.request();
    const innocents = await Promise.all(Array.from({ length: 10 }, () => given.request()));
    const handled = new Set<string>();
    const parkedKiller = async () =>
      (await given.parkedReasons()).some((reason) => reason.includes('processes ended while'));
    for (let lives = 0; lives < 20 && !(await parkedKiller()); lives += 1) {
      // A life: its handler never answers the killer, and its connection is gone the moment it has it.
      const wire = await startProxy(given.test.port);
      const store = connect({ url: `esdb://127.0.0.1:${wire.port}?tls=false`, name: `life ${lives}`, log });
      let died = false;
      const consumer = startConsumer({
        store,
        topic,
        settings,
        handler: ({ id }, { ending }) => {
          if (id !== killer.id) {
            handled.add(id);
            return Promise.resolve(already);
          }
          died = true;
          wire.cut();
          return new Promise((_, reject) => {
            ending.addEventListener('abort', () => reject(new Unavailable('this process', new Error('it is dead'))));
          });
        },
      });
      await until('it died, or went on', async () => died || (await parkedKiller()), 20_000);
      await consumer.stop();
      await store.close();
      await wire.close();
    }
    expect(await parkedKiller()).toBe(true);
    const last = given.start(({ id }) => {
      handled.add(id);
      return Promise.resolve(already);
    });
    await until('all others are handled', () => innocents.every(({ id }) => handled.has(id)));
    expect(handled.has(killer.id)).toBe(false);
    expect(last.outcomes().parked).toBe(0);
  }, 60_000);

  it('parks nothing during an absence, with two instances of which one is replaced', async () => {
    const messages = await Promise.all(Array.from({ length: 20 }, () => given.request()));
    const handled = new Set<string>();
    let away = true;
    let attempts = 0;
    const handler: Handler<typeof topic> = ({ id }) => {
      attempts += 1;
      if (away) throw new Unavailable('mail', new Error('450 come back later'));
      handled.add(id);
      return Promise.resolve(appended);
    };
    const first = given.start(handler);
    const second = given.start(handler);
    await until('both have tried often', () => attempts > 100);
    await first.stop();
    const third = given.start(handler);
    await until('they have tried more often', () => attempts > 200);
    away = false;
    await until('all are handled', () => messages.every(({ id }) => handled.has(id)));
    expect([second, third].map((consumer) => consumer.outcomes().parked)).toEqual([0, 0]);
  }, 60_000);

  it('says what is away, asks for it, and resumes when it is back', async () => {
    const message = await given.request();
    let away = true;
    const { handler, seen } = watching(message, () => {
      if (away) throw new Unavailable('profiles', new Error('connection refused'));
      return appended;
    });
    let probes = 0;
    const probe = () => {
      probes += 1;
      return away && probes % 3 !== 0
        ? Promise.reject(new Unavailable('profiles', new Error('connection refused')))
        : Promise.resolve();
    };
    const consumer = given.start(handler, { probe });
    await until('it says so', () => consumer.check().detail.includes('profiles is away'));
    await until('more absences than failures would be allowed', () => seen.length > settings.parkAfter + 2);
    away = false;
    await until('it is handled', () => consumer.outcomes().appended === 1);
    expect(consumer.outcomes().parked).toBe(0);
    expect(consumer.check()).toEqual({ ok: true, detail: 'consuming' });
  });

  it('puts one message off without holding up the others', async () => {
    const message = await given.request();
    const { handler, seen } = watching(message, (times) => {
      if (times < 4) throw new Deferred('450 this mailbox is busy');
      return appended;
    });
    const consumer = given.start(handler);
    await until('it is tried again', () => seen.length >= 2);
    expect(consumer.check().ok).toBe(true);
    await until('it is handled', () => consumer.outcomes().appended === 1);
    expect(consumer.outcomes().parked).toBe(0);
  });

  it.each([
    ['before its event is appended', 'before'],
    ['after its event is appended and before the message is acked', 'after'],
    ['after the message is acked', 'never'],
  ])('handles a message once in effect when its process is cut off %s', async (_, moment) => {
    const message = await given.request();
    const stream = orderStream(message.data.orderId);
    const wire = await startProxy(given.test.port);
    const store = connect({ url: `esdb://127.0.0.1:${wire.port}?tls=false`, name: 'cut off', log });
    const doomed = ordersHandlers(createOrders(store))['orders.create'];
    let reached = false;
    const first = given.start(
      async (each, delivery) => {
        if (each.id !== message.id) return already;
        if (moment === 'before') wire.cut();
        reached = moment === 'before';
        const outcome = await doomed(each, delivery);
        if (moment === 'after') wire.cut();
        reached = true;
        return outcome;
      },
      { store },
    );
    await until('it is cut off', () => reached);
    if (moment === 'before') expect(await readForwards(given.test.store, stream)).toEqual([]);
    await first.stop();
    await store.close();
    await wire.close();

    const outcomes: string[] = [];
    const sound = ordersHandlers(createOrders(given.test.store))['orders.create'];
    const seen = new Set<string>();
    given.start(async (each, delivery) => {
      const outcome = each.id === message.id ? await sound(each, delivery) : already;
      if (each.id === message.id) outcomes.push(outcome.kind);
      seen.add(each.id);
      return outcome;
    });
    const marker = await given.request();
    await until('the marker went through', () => seen.has(marker.id));
    await until('the message was answered', () => moment === 'never' || outcomes.length > 0);
    expect(outcomes.every((kind) => kind === (moment === 'before' ? 'appended' : 'already'))).toBe(true);
    expect((await readForwards(given.test.store, stream)).map(({ type }) => type)).toEqual(['OrderPending']);
  });
});
