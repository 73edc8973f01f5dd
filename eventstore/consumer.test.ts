import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { EventOf } from '../domain/events.ts';
import { exampleOf } from '../domain/examples.ts';
import { topicNames, topics } from '../domain/topics.ts';
import { put, someOrder, write } from '../tests/fixtures/eventStore.ts';
import { log } from '../tests/fixtures/logger.ts';
import { startProxy } from '../tests/fixtures/proxy.ts';
import { settings, startTestTopic, topic, watching, type TestTopic } from '../tests/fixtures/topic.ts';
import { until } from '../tests/fixtures/until.ts';
import { connect } from './connection.ts';
import { startConsumer } from './consumer.ts';
import type { Handler } from './delivery.ts';
import { already, appended, parked } from './outcome.ts';
import { redrive } from './redrive.ts';

let given: TestTopic;
beforeAll(async () => {
  given = await startTestTopic();
});
afterEach(() => given.rest());
afterAll(async () => {
  await given.rest();
  await given.test.stop();
});

describe('topic consumer', () => {
  it('delivers what was there before it and what comes after', async () => {
    const before = await given.request();
    const seen = new Set<string>();
    const consumer = given.start(({ id }) => {
      seen.add(id);
      return Promise.resolve(appended);
    });
    await until('the old message is seen', () => seen.has(before.id));
    const after = await given.request();
    await until('the new message is seen', () => seen.has(after.id));
    expect(consumer.check()).toEqual({ ok: true, detail: 'consuming' });
    await consumer.stop();
    expect(consumer.check().ok).toBe(false);
  });

  it('parks a message that can never work, with the reason, and goes on', async () => {
    const bad = await given.request();
    const { handler, seen } = watching(bad, () => parked('Expected sense, found none'));
    const consumer = given.start(handler);
    await until('it is parked', async () =>
      (await given.parkedReasons()).some((reason) => reason.includes('found none')),
    );
    expect(seen).toHaveLength(1);
    const before = consumer.outcomes().already;
    await given.request();
    await until('the next one is handled', () => consumer.outcomes().already > before);
  });

  it('acks and ignores an event of the right type in a foreign stream', async () => {
    const order = someOrder();
    const foreign = await write(
      given.test.store,
      { type: 'OrderCreateRequested', data: order },
      { stream: `someoneElses-${randomUUID()}` },
    );
    const { handler, seen } = watching(foreign, () => appended);
    const consumer = given.start(handler);
    await until('it is ignored', () => consumer.outcomes().ignored > 0);
    expect(seen).toEqual([]);
  });

  it('parks what its codec refuses, and names the fault', async () => {
    const order = { ...someOrder(), total: -5 };
    await write(
      given.test.store,
      { type: 'OrderCreateRequested', data: order },
      { stream: `orderRequest-${order.orderId}` },
    );
    given.start(() => Promise.resolve(already));
    await until('it is parked', async () => (await given.parkedReasons()).some((reason) => reason.includes('/total')));
  });

  it('hands a redriven event to the handler of the named topic only', async () => {
    const message = await given.request();
    const { handler, seen } = watching(message, (times) => (times === 1 ? parked('not yet') : appended));
    const consumer = given.start(handler);
    await until('it is parked', () => consumer.outcomes().parked === 1);
    await redrive(given.test.store, { topic, eventId: message.id, by: 'olga', reason: 'now it can work' });
    await until('it is handled', () => consumer.outcomes().appended === 1);
    expect(seen).toHaveLength(2);
  });

  it.each(topicNames)('redrives on %s', async (name) => {
    const after = name === 'notifications.orders' ? 0 : -1;
    const { id } = await write(given.test.store, exampleOf[topics[name].events[0]], { after });
    const seen: string[] = [];
    const handler = (message: { readonly id: string }) => {
      seen.push(message.id);
      return Promise.resolve(already);
    };
    const consumer = startConsumer({ store: given.test.store, topic: name, handler, settings });
    await until('it is delivered', () => seen.includes(id));
    await redrive(given.test.store, { topic: name, eventId: id, by: 'olga', reason: 'once more' });
    await until('it is handled again', () => seen.filter((each) => each === id).length === 2);
    await consumer.stop();
  });

  it('shares the work with another instance', async () => {
    const [mine, theirs] = [new Set<string>(), new Set<string>()];
    const into =
      (seen: Set<string>): Handler<typeof topic> =>
      async ({ id }) => {
        seen.add(id);
        await new Promise(setImmediate);
        return already;
      };
    given.start(into(mine));
    given.start(into(theirs));
    const sent: string[] = [];
    await until('both have had some', async () => {
      sent.push((await given.request()).id);
      return mine.size > 0 && theirs.size > 0;
    });
    await until('none is left out', () => sent.every((id) => mine.has(id) || theirs.has(id)));
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
    await put(given.test.store, { type: 'RedriveRequested', data });
    given.start(() => Promise.resolve(already));
    await until('it is parked', async () =>
      (await given.parkedReasons()).some((reason) => reason.includes('found nothing')),
    );
  });

  it('refuses to redrive what the log does not hold', async () => {
    const eventId = randomUUID();
    await expect(redrive(given.test.store, { topic, eventId, by: 'olga', reason: 'a try' })).rejects.toThrow(
      `Expected OrderCreateRequested with id ${eventId} in the log, found none`,
    );
  });

  it('comes back by itself when its connection was cut', async () => {
    const proxy = await startProxy(given.test.port);
    const store = connect({ url: `esdb://127.0.0.1:${proxy.port}?tls=false`, name: 'behind a bad wire', log });
    const seen = new Set<string>();
    const consumer = given.start(
      ({ id }) => {
        seen.add(id);
        return Promise.resolve(already);
      },
      { store },
    );
    await until('it consumes', () => consumer.check().ok);
    proxy.cut();
    await until('it notices', () => !consumer.check().ok);
    const message = await given.request();
    proxy.mend();
    await until('it consumes again', () => seen.has(message.id));
    await consumer.stop();
    await store.close();
    await proxy.close();
  });

  it('finds out that nothing can arrive although nothing was reported', async () => {
    const proxy = await startProxy(given.test.port);
    const store = connect({ url: `esdb://127.0.0.1:${proxy.port}?tls=false`, name: 'half open', log });
    const seen = new Set<string>();
    const consumer = given.start(
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
    const message = await given.request();
    await until('it consumes again', () => seen.has(message.id));
    await consumer.stop();
    await store.close();
    await proxy.close();
  });

  it('does not take silence for death when there is nothing to tell', async () => {
    const seen = new Set<string>();
    let faults = 0;
    const consumer = given.start(({ id }) => {
      seen.add(id);
      return Promise.resolve(already);
    });
    const sent = await Promise.all(Array.from({ length: 30 }, () => given.request()));
    await until('all are handled', () => sent.every(({ id }) => seen.has(id)));
    const client = await given.test.store.run((usable) => Promise.resolve(usable));
    const listed = async () => (await client.getPersistentSubscriptionToAllInfo(topic)).connections.length;
    await until('it is listed', async () => (await listed()) === 1);
    const started = Date.now();
    await until('the watchdog has looked often', async () => {
      if ((await listed()) !== 1 || !consumer.check().ok) faults += 1;
      return Date.now() - started > settings.watchdogInterval * 6;
    });
    expect(faults).toBe(0);
    expect(await given.test.store.run((usable) => Promise.resolve(usable === client))).toBe(true);
  });

  it('makes its group anew when somebody deleted it', async () => {
    const consumer = given.start(() => Promise.resolve(already));
    await until('it consumes', () => consumer.check().ok);
    const client = await given.test.store.run((usable) => Promise.resolve(usable));
    await client.deletePersistentSubscriptionToAll(topic);
    const before = consumer.outcomes().already;
    await given.request();
    await until('the new group is consumed', () => consumer.outcomes().already > before);
  });

  // Last, because the message stays in the log and stops every consumer that comes after.
  it('stops its topic at an event that newer code wrote, and says so', async () => {
    const data = someOrder();
    await write(given.test.store, { type: 'OrderCreateRequested', data }, { metadata: { version: 2 } });
    const consumer = given.start(() => Promise.resolve(already));
    await until('it stops', () => consumer.check().detail.includes('has version 2, this code knows 1'));
    expect(consumer.check().ok).toBe(false);
  });
});
