import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OrderWithTimeline, PlacedOrder } from '../../api/answers.ts';
import { createClient } from '../../client/client.ts';
import { orderRequestStream, orderStream } from '../../domain/streams.ts';
import { readForwards } from '../../eventstore/read.ts';
import { put } from '../../tests/fixtures/eventStore.ts';
import { startTestGateway, token, type TestGateway } from '../../tests/fixtures/gateway.ts';
import { problemOf, sender, type Send } from '../../tests/fixtures/http.ts';
import { wholeLog } from '../../tests/fixtures/log.ts';
import { granted } from '../../tests/fixtures/granted.ts';
import { until } from '../../tests/fixtures/until.ts';

const teapots = { userId: 'alice', currency: 'EUR', items: [{ sku: 'teapot', quantity: 2, unitPrice: 2550 }] };

describe('orders', () => {
  let gateway: TestGateway;
  let alice: Send;
  let bob: Send;
  beforeAll(async () => {
    gateway = await startTestGateway();
    alice = sender(gateway.url, await token('alice', 'client'));
    bob = sender(gateway.url, await token('bob', 'client', 'operator', 'auditor'));
  });
  afterAll(() => gateway.stop());

  const place = async (body: object = teapots, headers = {}) => {
    const answer = await alice('POST', '/orders', body, headers);
    const { orderId, position } = granted(PlacedOrder.decode(await answer.json()));
    const stored = await readForwards(gateway.store, orderRequestStream(orderId));
    return { answer, orderId, position, stored };
  };
  const shown = async ({ orderId, position }: { readonly orderId: string; readonly position: string }) => {
    const answer = await alice('GET', `/orders/${orderId}?after=${position}`);
    return granted(OrderWithTimeline.decode(await answer.json()));
  };

  it('takes an order, and says where to see it and at which position it stands', async () => {
    const { answer, orderId, position, stored } = await place();
    expect(answer.status).toBe(202);
    expect(answer.headers.get('Location')).toBe(`/orders/${orderId}`);
    expect(stored).toMatchObject([
      { type: 'OrderCreateRequested', data: { ...teapots, orderId, total: 5100 }, position: BigInt(position) },
    ]);
  });

  it('stores who asked, in which role, and of which request it is part', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const { orderId, stored } = await place(teapots, { traceparent });
    expect(stored[0]?.metadata).toEqual({
      $correlationId: orderId,
      actor: { subject: 'alice', role: 'client' },
      traceparent: expect.stringMatching(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/),
      version: 1,
      policy: 1,
    });
  });

  it.each(['', 'nonsense', '00-00000000000000000000000000000000-00f067aa0ba902b7-01'])(
    'begins a trace of its own for the traceparent "%s"',
    async (traceparent) => {
      const { stored } = await place(teapots, { traceparent });
      expect(stored[0]?.metadata.traceparent).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    },
  );

  it('drops fields that it does not know, and computes the total itself', async () => {
    const { orderId, stored } = await place({ ...teapots, total: 1, orderId: randomUUID(), status: 'Paid' });
    expect(stored[0]?.data).toEqual({ ...teapots, orderId, total: 5100 });
  });

  it('takes 1e3 for the whole number that it is', async () => {
    const answer = await alice('POST', '/orders', JSON.stringify(teapots).replace('2550', '1e3'));
    expect(answer.status).toBe(202);
  });

  it('shows an order from its request on', async () => {
    const placed = await place();
    const at = placed.stored[0]?.created.toISOString();
    expect(await shown(placed)).toEqual({
      ...teapots,
      orderId: placed.orderId,
      total: 5100,
      status: 'Requested',
      createdAt: at,
      timeline: [
        {
          type: 'OrderCreateRequested',
          at,
          meaning: 'alice asked for an order of 51.00 EUR',
          status: 'Requested',
          position: placed.position,
        },
      ],
    });
  });

  it('shows how an order was settled', async () => {
    const paid = await place();
    const cancelled = await place();
    for (const { orderId, stored } of [paid, cancelled]) {
      const data = { ...teapots, orderId, total: 5100 };
      await put(gateway.store, { type: 'OrderPending', data }, { cause: stored[0] });
    }
    const operationId = randomUUID();
    const settledAs = { ...teapots, total: 5100 };
    await put(
      gateway.store,
      { type: 'OrderPaid', data: { ...settledAs, orderId: paid.orderId, operationId } },
      { after: 0, cause: paid.stored[0] },
    );
    await put(
      gateway.store,
      { type: 'OrderCancelled', data: { ...settledAs, orderId: cancelled.orderId, reason: 'InsufficientFunds' } },
      { after: 0, cause: cancelled.stored[0] },
    );
    const client = createClient({ url: gateway.url, token: await token('alice', 'client') });
    const settled = (orderId: string) =>
      until(`order ${orderId} is settled`, async () => {
        const order = granted(await client.order(orderId));
        return order.settledAt !== undefined && order;
      });
    expect(await settled(paid.orderId)).toMatchObject({ status: 'Paid', operationId });
    expect(await settled(cancelled.orderId)).toMatchObject({ status: 'Cancelled', reason: 'InsufficientFunds' });
    expect(await readForwards(gateway.store, orderStream(paid.orderId))).toHaveLength(2);
  });

  it("answers 404 to somebody else's order just as to an unknown one, whatever the role", async () => {
    const placed = await place();
    await shown(placed);
    const [foreign, unknown] = await Promise.all(
      [placed.orderId, randomUUID()].map(async (id) => problemOf(await bob('GET', `/orders/${id}`))),
    );
    expect(foreign).toEqual(unknown);
    expect(foreign?.type).toBe('/problems/order-not-found');
  });

  it.each(['nonsense', '%00', 'A'.repeat(36), "'%20OR%201=1"])('answers 404 to the order id "%s"', async (id) => {
    expect((await problemOf(await alice('GET', `/orders/${id}`))).type).toBe('/problems/order-not-found');
  });

  it('refuses an order for somebody else before it says anything about the order, and stores nothing', async () => {
    const before = await wholeLog(gateway.store);
    const problem = await problemOf(await alice('POST', '/orders', { userId: 'bob', currency: 'XXX', items: [{}] }));
    expect(problem).toMatchObject({ type: '/problems/foreign-user', status: 403 });
    expect(problem.errors).toBeUndefined();
    expect(await wholeLog(gateway.store)).toEqual(before);
  });

  it('refuses an order of somebody who is no client, and stores nothing', async () => {
    const before = await wholeLog(gateway.store);
    const auditor = sender(gateway.url, await token('alice', 'auditor', 'superuser'));
    expect((await problemOf(await auditor('POST', '/orders', teapots))).type).toBe('/problems/missing-role');
    expect(await wholeLog(gateway.store)).toEqual(before);
  });

  it('stores no sub that may be personal, and knows its owner all the same', async () => {
    const carol = createClient({ url: gateway.url, token: await token('carol@example.com', 'client') });
    const { orderId } = granted(await carol.placeOrder({ ...teapots, userId: 'carol@example.com' }));
    const [event] = await readForwards(gateway.store, orderRequestStream(orderId));
    expect(JSON.stringify([event?.data, event?.metadata])).not.toContain('carol');
    const order = await until('the order is shown', async () => {
      const answer = await carol.order(orderId);
      return answer._tag === 'Right' && answer.right;
    });
    expect(order.userId).toMatch(/^[0-9a-f-]{36}$/);
  });
});
