import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newDatabase } from '../tests/fixtures/database.ts';
import { createImaginedLog } from '../tests/fixtures/imaginedLog.ts';
import { showIn, type Show } from '../tests/fixtures/shownLog.ts';
import { openTestDatabase } from '../tests/fixtures/slot.ts';
import type { Database } from './database.ts';
import { createLiveQuery, type LiveQuery } from './liveQuery.ts';
import { orderQueries, orders, type OrderSearch } from './readModels/orders.ts';
import { walletQueries, wallets } from './readModels/wallets.ts';

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
