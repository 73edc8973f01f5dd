import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as t from 'io-ts';
import type { Client } from '../client/client.ts';
import { notificationStream } from '../domain/streams.ts';
import { readForwards } from '../eventstore/read.ts';
import { openAdministration, type Administration } from '../projections/administration.ts';
import { registry } from '../projections/registry.ts';
import { log } from './fixtures/logger.ts';
import { granted } from './fixtures/granted.ts';
import { lettersAbout } from './fixtures/letters.ts';
import { wholeLog } from './fixtures/log.ts';
import { startTestSystem, tokenFor, type TestSystem } from './fixtures/system.ts';
import { until } from './fixtures/until.ts';

let system: TestSystem;
let administration: Administration;
beforeAll(async () => {
  system = await startTestSystem();
  const { databaseUrl, events } = system;
  administration = openAdministration({ eventStore: events.store, databaseUrl, log });
}, 60_000);
afterAll(async () => {
  await administration.close();
  await system.stop();
});

const items = [{ sku: 'teapot', quantity: 2, unitPrice: 1250 }];

const signUp = async (user: string): Promise<{ readonly client: Client; readonly depositId: string }> => {
  const [client, operator] = [await system.clientOf(user, 'client'), await system.clientOf('olga', 'operator')];
  granted(await client.saveProfile({ name: user, email: `${user}@example.com` }));
  const { depositId } = granted(await operator.placeDeposit(user, 'EUR', 10_000, { wait: 10 }));
  return { client, depositId };
};

/** An order that was paid and whose letter has arrived. */
const finished = async (): Promise<string> => {
  const { client } = await signUp('alice');
  const { orderId } = granted(await client.placeOrder({ userId: 'alice', currency: 'EUR', items }));
  await until('the letter is recorded', async () =>
    (await readForwards(system.events.store, notificationStream(orderId))).at(0),
  );
  return orderId;
};

describe('replay', () => {
  it('is silent: whatever is rebuilt, rolled back or compared, nothing is appended and no letter goes out', async () => {
    const orderId = await finished();
    const before = await wholeLog(system.events.store);
    expect(before.length).toBeGreaterThan(5);
    for (const { name } of registry) {
      expect((await administration.rebuild(name, { dryRun: true })).comparison?.equal).toBe(true);
      expect((await administration.rebuild(name)).swapped).toBe(true);
      await administration.rollback(name);
    }
    const order = granted(await (await system.clientOf('alice', 'client')).order(orderId));
    expect(order).toMatchObject({ orderId, status: 'Paid' });
    expect(await wholeLog(system.events.store)).toEqual(before);
    expect(await lettersAbout(system.mailbox, orderId)).toHaveLength(1);
  }, 60_000);
});

interface Seen {
  readonly path: string;
  readonly status: number;
  readonly position: bigint;
  readonly body: unknown;
}

/** Asks for the same things over and over until `enough` aborts; what was answered, in that order. */
const readOn = async (token: string, paths: ReadonlyArray<string>, enough: AbortSignal): Promise<Seen[]> => {
  const seen: Seen[] = [];
  while (!enough.aborted)
    for (const path of paths) {
      const answer = await fetch(new URL(path, system.url), { headers: { Authorization: `Bearer ${token}` } });
      const position = BigInt(answer.headers.get('log-position') ?? -1);
      seen.push({ path, status: answer.status, position, body: await answer.json() });
    }
  return seen;
};

const orderOn = async (client: Client, userId: string, enough: AbortSignal): Promise<string[]> => {
  const ids: string[] = [];
  while (!enough.aborted) {
    const placed = await client.placeOrder({ userId, currency: 'EUR', items }, { wait: 10 });
    ids.push(granted(placed).orderId);
  }
  return ids;
};

/** The steps of all of the user's orders, as they are told, until `enough` aborts. */
const watchOn = async (client: Client, enough: AbortSignal): Promise<string[]> => {
  const steps: string[] = [];
  try {
    for await (const told of client.watchAll({ signal: enough })) {
      const { orderId, type } = granted(told);
      steps.push(`${orderId} ${type}`);
    }
  } catch (error) {
    if (!enough.aborted) throw error;
  }
  return steps;
};

const Paid = t.type({ status: t.literal('Paid') });

const isSorted = (values: ReadonlyArray<bigint>): boolean =>
  values.every((value, n) => n === 0 || value >= (values[n - 1] ?? value));

describe('every read model rebuilt and rolled back while clients order and read', () => {
  const watching = new AbortController();
  afterAll(() => watching.abort());

  it('is noticed by nobody: no error, no step backwards, and all is shown that happened', async () => {
    const { client, depositId } = await signUp('ben');
    const first = granted(await client.placeOrder({ userId: 'ben', currency: 'EUR', items }, { wait: 10 })).orderId;
    const day = new Date().toISOString().slice(0, 10);
    const paths = [
      `/orders/${first}`,
      '/orders?limit=5',
      '/wallets/EUR',
      '/wallets/EUR/operations?limit=5',
      `/deposits/${depositId}`,
      `/reports/orders-per-day?currency=EUR&from=${day}&to=${day}`,
    ];
    const enough = new AbortController();
    const token = await tokenFor('ben', 'client', 'operator');
    const reading = readOn(token, paths, enough.signal);
    const told = watchOn(client, watching.signal);
    const ordering = orderOn(client, 'ben', enough.signal);
    const comparisons: Array<boolean | undefined> = [];
    try {
      for (const { name } of registry) {
        comparisons.push((await administration.rebuild(name)).comparison?.equal);
        await administration.rollback(name);
        await administration.dropPrevious(name);
      }
    } finally {
      enough.abort();
    }
    expect(comparisons).toEqual(registry.map(() => true));
    const seen = await reading;
    expect(seen.filter(({ status }) => status !== 200)).toEqual([]);
    for (const path of paths) {
      const positions = seen.filter((each) => each.path === path).map(({ position }) => position);
      expect(positions.length).toBeGreaterThan(10);
      expect(isSorted(positions)).toBe(true);
    }
    expect(seen.filter(({ path, body }) => path === paths[0] && !Paid.is(body))).toEqual([]);
    const ordered = await ordering;
    expect(ordered.length).toBeGreaterThan(10);
    for (const orderId of ordered)
      await until(`order ${orderId} is settled`, async () => granted(await client.order(orderId)).settledAt);
    watching.abort();
    const steps = await told;
    expect(new Set(steps).size).toBe(steps.length);
    for (const orderId of ordered) expect(steps).toContain(`${orderId} OrderPending`);
  }, 120_000);
});
