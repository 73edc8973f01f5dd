import { jsonEvent } from '@eventstore/db-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as E from 'fp-ts/lib/Either.js';
import { randomUUID } from 'node:crypto';
import { someOrder, startTestStore, write, type TestStore } from '../tests/fixtures/eventStore.ts';
import { log } from '../tests/fixtures/logger.ts';
import { appendForeign } from '../tests/fixtures/foreign.ts';
import { startProxy, type Proxy } from '../tests/fixtures/proxy.ts';
import { until } from '../tests/fixtures/until.ts';
import { beginning } from './allSubscription.ts';
import { catchUp, type Batch, type CatchUpSettings } from './catchUp.ts';
import { connect, type EventStore } from './connection.ts';
import type { LogEvent } from './logEvent.ts';

let test: TestStore;
beforeAll(async () => {
  test = await startTestStore();
});
afterAll(() => test.stop());

const settings: CatchUpSettings = { most: 50, patience: 200, readTimeout: 500, backoff: { first: 10, most: 100 } };

/** Reads along until `stop`, as slowly as `work` says. */
const follow = (store: EventStore, after: bigint, work: (batch: Batch) => Promise<void> = () => Promise.resolve()) => {
  const stopping = new AbortController();
  const events: LogEvent[] = [];
  const batches: Batch[] = [];
  const reading = (async () => {
    for await (const batch of catchUp(store, after, stopping.signal, settings)) {
      batches.push(batch);
      await work(batch);
      events.push(...batch.events);
    }
  })();
  const last = (): Batch | undefined => batches.at(-1);
  return {
    events,
    batches,
    positions: () => events.map(({ position }) => position),
    isLive: () => until('it has caught up', () => last()?.live),
    isAt: (position: bigint) => until(`position ${position} is reached`, () => events.at(-1)?.position === position),
    stop: async () => {
      stopping.abort();
      await reading;
    },
  };
};

/** Appends foreign events one after another; answers with their positions. */
const appendForeigns = async (count: number): Promise<bigint[]> => {
  const positions: bigint[] = [];
  for (let n = 0; n < count; n += 1) positions.push(await appendForeign(test.store));
  return positions;
};
const here = async (): Promise<bigint> => appendForeign(test.store);

describe('catching up', () => {
  it('gives history, says that it has caught up, and gives what comes', async () => {
    const before = await here();
    const history = await appendForeigns(3);
    const reader = follow(test.store, before);
    await reader.isLive();
    expect(reader.positions()).toEqual(history);
    const next = await here();
    await reader.isAt(next);
    expect(reader.batches.at(-1)?.live).toBe(true);
    await reader.stop();
  });

  it('says that it has caught up with a log that holds nothing new', async () => {
    const reader = follow(test.store, await here());
    await reader.isLive();
    expect(reader.events).toEqual([]);
    await reader.stop();
  });

  it('begins with the first event', async () => {
    const position = await here();
    const reader = follow(test.store, beginning);
    await reader.isAt(position);
    const whole = reader.positions();
    await reader.stop();
    const rest = follow(test.store, whole[0] ?? beginning);
    await rest.isAt(position);
    expect(rest.positions()).toEqual(whole.slice(1));
    await rest.stop();
  });

  it("leaves out the store's own events, and types that begin with $", async () => {
    const before = await here();
    const stream = `other-${randomUUID()}`;
    await test.store.run((client) => client.setStreamMetadata(stream, { owner: 'tests' }));
    await test.store.run((client) => client.appendToStream(`$${stream}`, jsonEvent({ type: 'Plain', data: {} })));
    await test.store.run((client) => client.appendToStream(stream, jsonEvent({ type: '$own', data: {} })));
    const ours = await here();
    const reader = follow(test.store, before);
    await reader.isAt(ours);
    expect(reader.positions()).toEqual([ours]);
    await reader.stop();
  });

  it('gives an event that cannot be read with the reason, and goes on', async () => {
    const before = await here();
    await write(test.store, { type: 'OrderCreateRequested', data: someOrder() }, { metadata: { version: 2 } });
    const after = await here();
    const reader = follow(test.store, before);
    await reader.isAt(after);
    expect(reader.events.map(({ decoded }) => E.isLeft(decoded))).toEqual([true, false]);
    await reader.stop();
  });

  it('makes the store wait for a slow reader, who gets everything in bounded batches', async () => {
    const before = await here();
    const written = await appendForeigns(300);
    const reader = follow(test.store, before, () => new Promise((resolve) => setImmediate(resolve)));
    await reader.isAt(written.at(-1) ?? 0n);
    expect(reader.positions()).toEqual(written);
    expect(Math.max(...reader.batches.map(({ events }) => events.length))).toBeLessThanOrEqual(settings.most);
    await reader.stop();
  });

  it('ends when told to while it waits', async () => {
    const reader = follow(test.store, await here());
    await reader.isLive();
    await reader.stop();
  });
});

describe('a catch-up subscription that is lost', () => {
  let proxy: Proxy;
  let proxied: EventStore;
  beforeEach(async () => {
    proxy = await startProxy(test.port);
    proxied = connect({ url: `esdb://127.0.0.1:${proxy.port}?tls=false`, name: 'proxied', log });
  });
  afterEach(async () => {
    await proxied.close();
    await proxy.close();
  });

  it('is replaced without loss or repetition, and says so meanwhile', async () => {
    const before = await here();
    const reader = follow(proxied, before);
    const written: bigint[] = [];
    for (let round = 0; round < 3; round += 1) {
      written.push(...(await appendForeigns(5)));
      await reader.isAt(written.at(-1) ?? 0n);
      proxy.cut();
      await until('the loss is told', () => reader.batches.at(-1)?.fault);
      written.push(...(await appendForeigns(5)));
      proxy.mend();
    }
    await reader.isAt(written.at(-1) ?? 0n);
    await reader.isLive();
    expect(reader.positions()).toEqual(written);
    await reader.stop();
  });

  it('is noticed although nothing tells of it', async () => {
    const before = await here();
    const reader = follow(proxied, before);
    await reader.isLive();
    proxy.loseAnswers();
    const missed = await here();
    await until('the silence is noticed', () => reader.batches.at(-1)?.fault);
    proxy.mend();
    await reader.isAt(missed);
    await reader.stop();
  });

  it('is replaced when somebody else in the process has the client renewed', async () => {
    const before = await here();
    const reader = follow(proxied, before);
    await reader.isLive();
    const client = await proxied.run((current) => Promise.resolve(current));
    proxied.renew(client, new Error('an append got no answer'));
    const next = await here();
    await reader.isAt(next);
    expect(reader.positions()).toEqual([next]);
    await reader.stop();
  });

  it('is not suspected for being silent as long as the log is', async () => {
    const before = await here();
    let looks = 0;
    const counted: EventStore = { ...proxied, run: (operation) => ((looks += 1), proxied.run(operation)) };
    const quiet = follow(counted, before);
    await until('the log was asked a few times', () => looks >= 5);
    expect(quiet.batches).toEqual([{ events: [], live: true }]);
    await quiet.stop();
  });
});
