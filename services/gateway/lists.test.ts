import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type * as t from 'io-ts';
import { Operations, Order, Orders, OrderWithTimeline, PlacedOrder, Wallets } from '../../api/answers.ts';
import { startTestGateway, token, type TestGateway } from '../../tests/fixtures/gateway.ts';
import { granted } from '../../tests/fixtures/granted.ts';
import { problemOf, sender, type Send } from '../../tests/fixtures/http.ts';
import { start as startBilling } from '../billing/billing.ts';
import { start as startOrders } from '../orders/orders.ts';

const teapots = { currency: 'EUR', items: [{ sku: 'teapot', quantity: 2, unitPrice: 2550 }] };
const piano = { currency: 'EUR', items: [{ sku: 'piano', quantity: 1, unitPrice: 900_000_000 }] };

let counter = 0;

describe('lists', () => {
  let gateway: TestGateway;
  let services: ReadonlyArray<{ readonly stop: () => Promise<void> }>;
  let olga: Send;
  beforeAll(async () => {
    gateway = await startTestGateway();
    const { store: eventStore } = gateway;
    services = await Promise.all([startOrders({ eventStore }), startBilling({ eventStore })]);
    olga = sender(gateway.url, await token('olga', 'operator'));
  });
  afterAll(async () => {
    await Promise.all(services.map(({ stop }) => stop()));
    await gateway.stop();
  });

  /** Somebody with nothing yet. */
  const newcomer = async () => {
    const userId = `user-${(counter += 1)}`;
    const send = sender(gateway.url, await token(userId, 'client'));

    const settle = async (path: string, by: Send, body: object): Promise<bigint> => {
      const answer = await by('POST', path, body, { Prefer: 'wait=30' });
      expect(answer.status).toBe(200);
      return BigInt(answer.headers.get('Log-Position') ?? '');
    };
    const read = async <A>(codec: t.Decoder<unknown, A>, path: string): Promise<A> => {
      const answer = await send('GET', path);
      expect(answer.status).toBe(200);
      return granted(codec.decode(await answer.json()));
    };
    return {
      send,
      read,
      pay: (currency: string, amount: number) => settle(`/wallets/${userId}/${currency}/deposits`, olga, { amount }),
      order: (body: object) => settle('/orders', send, { ...body, userId }),
      place: async () =>
        granted(PlacedOrder.decode(await (await send('POST', '/orders', { ...teapots, userId })).json())),
    };
  };
  type Newcomer = Awaited<ReturnType<typeof newcomer>>;

  /** Every page from `path` on, following the links; `between` happens after each. */
  const pagesFrom = async ({ send }: Newcomer, path: string, between = () => Promise.resolve()) => {
    const pages: unknown[] = [];
    for (let next: string | undefined = path; next !== undefined;) {
      const answer: Response = await send('GET', next);
      pages.push(await answer.json());
      next = /^<(.*)>; rel="next"$/.exec(answer.headers.get('Link') ?? '')?.[1];
      await between();
    }
    return pages;
  };
  const idsIn = (pages: ReadonlyArray<unknown>): ReadonlyArray<string> =>
    pages.flatMap((page) => granted(Orders.decode(page)).orders.map(({ orderId }) => orderId));

  describe('of orders', () => {
    it('are empty for who has none', async () => {
      const { read } = await newcomer();
      expect(await read(Orders, '/orders')).toEqual({ orders: [] });
    });

    it('hold exactly what was there when the first page was asked for, newest first, though orders arrive meanwhile', async () => {
      const pageSizes = fc.integer({ min: 1, max: 4 });
      const counts = fc.integer({ min: 1, max: 6 });
      await fc.assert(
        fc.asyncProperty(counts, pageSizes, async (count, limit) => {
          const alice = await newcomer();
          const placed: PlacedOrder[] = [];
          for (let made = 0; made < count; made += 1) placed.push(await alice.place());
          const first = `/orders?limit=${limit}&after=${placed.at(-1)?.position}`;
          const pages = await pagesFrom(alice, first, async () => void (await alice.place()));
          expect(idsIn(pages)).toEqual(placed.map(({ orderId }) => orderId).reverse());
          expect(pages).toHaveLength(Math.ceil(count / limit));
        }),
        { numRuns: 8 },
      );
    });

    it('hold the orders of one status, page by page', async () => {
      const alice = await newcomer();
      await alice.pay('EUR', 20_000);
      for (const body of [teapots, piano, teapots]) await alice.order(body);
      const last = await alice.order(piano);
      const ofStatus = async (status: string) => {
        const pages = await pagesFrom(alice, `/orders?limit=1&status=${status}&after=${last}`);
        return pages.flatMap((page) => granted(Orders.decode(page)).orders.map((order) => order.status));
      };
      expect(await ofStatus('Paid')).toEqual(['Paid', 'Paid']);
      expect(await ofStatus('Cancelled')).toEqual(['Cancelled', 'Cancelled']);
      expect(await ofStatus('Pending')).toEqual([]);
    });

    it('tell where the next page begins as a cursor and as a link, which keep what was asked for', async () => {
      const alice = await newcomer();
      await alice.order(piano);
      const last = await alice.order(piano);
      const answer = await alice.send('GET', `/orders?limit=1&status=Cancelled&after=${last}`);
      const { next } = granted(Orders.decode(await answer.json()));
      expect(answer.headers.get('Link')).toBe(`</orders?status=Cancelled&limit=1&cursor=${next}>; rel="next"`);
      const end = await alice.send('GET', `/orders?limit=1&status=Cancelled&cursor=${next}`);
      expect(end.headers.get('Link')).toBeNull();
      expect(granted(Orders.decode(await end.json()))).toEqual({ orders: [expect.anything()] });
    });

    it("hold nobody else's", async () => {
      const [alice, bob] = [await newcomer(), await newcomer()];
      const { position } = await alice.place();
      expect(await bob.read(Orders, `/orders?after=${position}`)).toEqual({ orders: [] });
    });

    it('hold 20 orders a page unless told otherwise, and 100 at most', async () => {
      const alice = await newcomer();
      let last = await alice.place();
      for (let made = 0; made < 20; made += 1) last = await alice.place();
      expect((await alice.read(Orders, `/orders?after=${last.position}`)).orders).toHaveLength(20);
      expect((await alice.read(Orders, '/orders?limit=100')).orders).toHaveLength(21);
    });
  });

  it('lead nowhere from a page of another list', async () => {
    const alice = await newcomer();
    await alice.order(piano);
    await alice.pay('EUR', 1);
    await alice.pay('EUR', 1);
    const last = await alice.order(piano);
    const nextOf = async (path: string): Promise<string> => {
      const page = (await (await alice.send('GET', `${path}&limit=1&after=${last}`)).json()) as { next: string };
      return page.next;
    };
    const [all, cancelled, euros] = [
      await nextOf('/orders?'),
      await nextOf('/orders?status=Cancelled'),
      await nextOf('/wallets/EUR/operations?'),
    ];
    const [here, elsewhere] = [
      [
        `/orders?cursor=${all}`,
        `/orders?status=Cancelled&cursor=${cancelled}`,
        `/wallets/EUR/operations?cursor=${euros}`,
      ],
      [
        `/orders?cursor=${cancelled}`,
        `/orders?status=Paid&cursor=${cancelled}`,
        `/orders?status=Cancelled&cursor=${all}`,
        `/wallets/USD/operations?cursor=${euros}`,
      ],
    ];
    for (const path of here) expect([path, (await alice.send('GET', path)).status]).toEqual([path, 200]);
    for (const path of elsewhere)
      expect(await problemOf(await alice.send('GET', path))).toMatchObject({
        type: '/problems/invalid-query',
        errors: [{ pointer: '/cursor', detail: 'must be what a page of this list told as next' }],
      });
  });

  describe('of wallets and of what moved their money', () => {
    it('are empty for who has none', async () => {
      const { read } = await newcomer();
      expect(await read(Wallets, '/wallets')).toEqual({ wallets: [] });
      expect(await read(Operations, '/wallets/EUR/operations')).toEqual({ operations: [] });
    });

    it('hold every wallet by its currency', async () => {
      const alice = await newcomer();
      await alice.pay('USD', 3);
      const last = await alice.pay('EUR', 20_000);
      expect(await alice.read(Wallets, `/wallets?after=${last}`)).toEqual({
        wallets: [
          { currency: 'EUR', balance: 20_000 },
          { currency: 'USD', balance: 3 },
        ],
      });
    });

    it('hold deposits and payments, newest first, page by page, and no refusal', async () => {
      const alice = await newcomer();
      await alice.pay('EUR', 20_000);
      await alice.order(teapots);
      await alice.order(piano);
      await alice.pay('USD', 1);
      const last = await alice.pay('EUR', 7);
      const paid = await alice.read(Orders, `/orders?status=Paid&after=${last}`);
      const pages = await pagesFrom(alice, `/wallets/EUR/operations?limit=2&after=${last}`);
      expect(pages).toHaveLength(2);
      const operations = pages.flatMap((page) => granted(Operations.decode(page)).operations);
      expect(operations).toMatchObject([
        { kind: 'Deposit', amount: 7, balance: 14_907, depositId: expect.any(String) },
        { kind: 'Payment', amount: 5_100, balance: 14_900, orderId: paid.orders[0]?.orderId },
        { kind: 'Deposit', amount: 20_000, balance: 20_000, depositId: expect.any(String) },
      ]);
      expect(operations[1]?.operationId).toBe(paid.orders[0]?.operationId);
    });

    it('answer 404 to an unknown currency', async () => {
      const { send } = await newcomer();
      const problem = await problemOf(await send('GET', '/wallets/XXX/operations'));
      expect(problem.type).toBe('/problems/wallet-not-found');
    });
  });

  it('agree with the order itself, which tells how it came to stand where it does', async () => {
    const alice = await newcomer();
    await alice.pay('EUR', 20_000);
    const last = await alice.order(teapots);
    const [listed] = (await alice.read(Orders, `/orders?after=${last}`)).orders;
    const { timeline, ...order } = await alice.read(OrderWithTimeline, `/orders/${listed?.orderId}?after=${last}`);
    expect(granted(Order.decode(order))).toEqual(listed);
    expect(timeline.map(({ type, status }) => [type, status])).toEqual([
      ['OrderCreateRequested', 'Requested'],
      ['OrderPending', 'Pending'],
      ['PaymentProcessed', 'Pending'],
      ['OrderPaid', 'Paid'],
    ]);
    expect(timeline[2]?.meaning).toBe('the wallet paid 51.00 EUR and holds 149.00 EUR');
    expect(timeline[0]?.at).toBe(order.createdAt);
    expect(timeline[3]?.at).toBe(order.settledAt);
    const positions = timeline.map(({ position }) => BigInt(position));
    expect(positions).toEqual([...positions].sort((a, b) => (a < b ? -1 : 1)));
  });
});
