import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newDatabase } from '../tests/fixtures/database.ts';
import { createImaginedLog } from '../tests/fixtures/imaginedLog.ts';
import { showIn, type Show } from '../tests/fixtures/shownLog.ts';
import { openTestDatabase } from '../tests/fixtures/slot.ts';
import type { OrderStatus } from '../domain/order/messages.ts';
import type { Database } from './database.ts';
import { createLiveQuery, type LiveQuery } from './liveQuery.ts';
import type { Projection } from './projection.ts';
import { orderQueries, orders, type OrderSearch } from './readModels/orders.ts';
import { walletQueries, wallets } from './readModels/wallets.ts';
import { slotsOf } from './slots.ts';

let database: Database;
let query: LiveQuery;
let show: Show;
const imagined = createImaginedLog();
beforeAll(async () => {
  database = openTestDatabase(await newDatabase());
  query = createLiveQuery(database);
  show = await showIn(database, [orders, wallets]);
});
afterAll(async () => {
  await database.close();
});

let user: string;
beforeEach(() => {
  user = `user-${randomUUID()}`;
});

/** Requests orders one after the other; answers with their ids, newest first. */
const request = async (count: number, userId = user): Promise<ReadonlyArray<string>> => {
  const ids = Array.from({ length: count }, () => randomUUID());
  await show(...ids.map((orderId) => imagined.ofOrder('requested', orderId, userId)));
  return ids.reverse();
};
const pay = (orderId: string) => show(imagined.ofOrder('paid', orderId, user));

/** All pages, each asked for by what the one before says. */
const pages = async <Item, Cursor>(
  page: (before: Cursor | undefined) => Promise<{ readonly items: ReadonlyArray<Item>; readonly next?: Cursor }>,
): Promise<ReadonlyArray<ReadonlyArray<Item>>> => {
  const all: Array<ReadonlyArray<Item>> = [];
  for (let before: Cursor | undefined; ;) {
    const { items, next } = await page(before);
    all.push(items);
    if (next === undefined) return all;
    before = next;
  }
};

describe('the orders of a user', () => {
  const list = async (search: OrderSearch, userId = user) => {
    const { found } = await orderQueries(query).ordersOf(userId, search);
    return { ids: found.items.map(({ orderId }) => orderId), next: found.next };
  };

  it('come newest first by their request, whenever they were settled, and nobody else’s among them', async () => {
    const ids = await request(3);
    await request(2, `user-${randomUUID()}`);
    await pay(ids[2] ?? '');
    expect(await list({ limit: 20 })).toEqual({ ids, next: undefined });
  });

  it('come in pages that hold each order once, also while orders arrive and are settled', async () => {
    const ids = await request(5);
    const found = await pages<string, bigint>(async (before) => {
      const { ids: items, next } = await list({ limit: 2, before });
      await request(1);
      await pay(items[0] ?? '');
      return { items, next };
    });
    expect(found).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
  });

  it('end with a page that says so, also when it is full', async () => {
    const ids = await request(2);
    expect(await list({ limit: 2 })).toEqual({ ids, next: undefined });
    expect(await list({ limit: 1 })).toMatchObject({ ids: ids.slice(0, 1), next: expect.any(BigInt) });
  });

  it('of one status come without the others, in pages, too', async () => {
    const ids = await request(6);
    const paid = ids.filter((_, n) => n % 2 === 0);
    for (const id of paid) await pay(id);
    const found = await pages<string, bigint>(async (before) => {
      const { ids: items, next } = await list({ limit: 2, status: 'Paid', before });
      return { items, next };
    });
    expect(found.flat()).toEqual(paid);
    expect((await list({ limit: 20, status: 'Cancelled' })).ids).toEqual([]);
  });

  it('are none for somebody who never ordered', async () => {
    expect(await list({ limit: 20 })).toEqual({ ids: [], next: undefined });
  });
});

describe('the orders of a user, until the new version of their table has caught up,', () => {
  it('are listed from the one before, by their status, too', async () => {
    const { previous } = orders;
    if (previous === undefined) throw new Error('Expected a definition before that of orders, found none');
    const older = openTestDatabase(await newDatabase());
    const showOlder = await showIn(older, [previous]);
    const ids = Array.from({ length: 3 }, () => randomUUID());
    await showOlder(...ids.map((orderId) => imagined.ofOrder('requested', orderId, user)));
    await showOlder(imagined.ofOrder('paid', ids[1] ?? '', user));
    const { ordersOf } = orderQueries(createLiveQuery(older));
    const listed = async (status: OrderStatus | undefined) =>
      (await ordersOf(user, { status, limit: 20 })).found.items.map(({ orderId }) => orderId);
    expect(await listed(undefined)).toEqual(ids.toReversed());
    expect(await listed('Paid')).toEqual([ids[1]]);
    expect(await listed('Requested')).toEqual([ids[2], ids[0]]);
    expect(await listed('Cancelled')).toEqual([]);
    await older.close();
  });
});

describe('a list of somebody with thousands of orders', () => {
  const many = 5_000;
  // By SQL: as events, thousands would take long.
  beforeAll(async () => {
    await fill(
      orders,
      `INSERT INTO $slot.orders (order_id, user_id, status, currency, items, total, created_at, requested_position,
         settled_position, outcome, position)
       SELECT gen_random_uuid(), 'busy', status, 'EUR', '[]', 100, now(), n, n + 1, outcome, n + 1
       FROM generate_series(1, ${many}) AS n, LATERAL (SELECT
         CASE n WHEN 7 THEN 'Cancelled' WHEN 8 THEN 'Pending' WHEN 9 THEN 'Requested' ELSE 'Paid' END AS status,
         CASE n WHEN 7 THEN 'Cancelled' WHEN 8 THEN 'Open' WHEN 9 THEN 'Open' ELSE 'Paid' END AS outcome)`,
    );
    await fill(
      wallets,
      `INSERT INTO $slot.operations (operation_id, user_id, currency, revision, kind, amount, balance, subject_id, at, position)
       SELECT gen_random_uuid(), 'busy', CASE n WHEN 7 THEN 'JPY' ELSE 'EUR' END, n, 'Payment', 1, 1, gen_random_uuid(), now(), n
       FROM generate_series(1, ${many}) AS n`,
    );
  });

  const fill = async (projection: Projection, insert: string): Promise<void> => {
    const { live } = await slotsOf(database, projection);
    await database.query(insert.replace('$slot', live.name), []);
    for (const { name } of projection.tables) await database.query(`ANALYZE ${live.name}.${name}`, []);
  };

  /** How the database goes about what a query asks of the live slot. */
  const planOf = async (ask: (query: LiveQuery) => Promise<unknown>): Promise<string> => {
    const lines: string[] = [];
    await ask(async (projection, select, values) => {
      const { live } = await slotsOf(database, projection);
      const explain = `EXPLAIN (COSTS OFF) ${select(live.name, projection.version)}`;
      const plan = await database.query<{ readonly 'QUERY PLAN': string }>(explain, values);
      lines.push(...plan.map((row) => row['QUERY PLAN']));
      return { position: 0n, found: [] };
    });
    return lines.join('\n');
  };

  const byIndex = (index: string): RegExp => new RegExp(`^Limit\n +->  Index Scan Backward using \\w*${index}\\w* on `);

  it.each<[string, OrderStatus | undefined, string]>([
    ['all orders', undefined, 'user_id_requested_position'],
    ['requested ones', 'Requested', 'user_id_outcome_requested_position'],
    ['pending ones', 'Pending', 'user_id_outcome_requested_position'],
    ['paid ones', 'Paid', 'requested_position'],
    ['cancelled ones', 'Cancelled', 'user_id_outcome_requested_position'],
  ])('walks an index to a page of %s', async (_, status, index) => {
    for (const before of [undefined, 4_000n])
      expect(await planOf((asking) => orderQueries(asking).ordersOf('busy', { status, before, limit: 20 }))).toMatch(
        byIndex(index),
      );
  });

  it.each(['EUR', 'JPY', 'USD'])('walks an index to a page of what moved %s', async (currency) => {
    for (const before of [undefined, 4_000])
      expect(
        await planOf((asking) => walletQueries(asking).operationsOf('busy', currency, { before, limit: 20 })),
      ).toMatch(byIndex('user_id_currency_revision'));
  });
});

describe('the wallets of a user', () => {
  it('come by currency, with the position that they show', async () => {
    const [requested, deposited] = imagined.deposit(randomUUID(), user);
    await show(requested, deposited);
    expect(await walletQueries(query).walletsOf(user)).toEqual({
      position: deposited.position,
      found: [{ userId: user, currency: 'EUR', balance: 10_000 }],
    });
  });
});

describe('the operations of a wallet', () => {
  it('come newest first and in pages that hold each once, also while more happens', async () => {
    const deposit = async (): Promise<string> => {
      const events = imagined.deposit(randomUUID(), user);
      await show(...events);
      return events[1].id;
    };
    const ids = [await deposit(), await deposit(), await deposit()].reverse();
    const found = await pages<string, number>(async (before) => {
      const page = await walletQueries(query).operationsOf(user, 'EUR', { before, limit: 2 });
      await deposit();
      return { items: page.found.items.map(({ operationId }) => operationId), next: page.found.next };
    });
    expect(found).toEqual([ids.slice(0, 2), ids.slice(2)]);
  });
});
