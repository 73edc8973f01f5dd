import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as t from 'io-ts';
import { Deposit, Order, OrderWithTimeline, PlacedDeposit, PlacedOrder } from '../../api/answers.ts';
import { startBareGateway, startTestGateway, token, type TestGateway } from '../../tests/fixtures/gateway.ts';
import { granted } from '../../tests/fixtures/granted.ts';
import { sender, type Send } from '../../tests/fixtures/http.ts';
import { wholeLog } from '../../tests/fixtures/log.ts';
import { until } from '../../tests/fixtures/until.ts';
import { start as startBilling } from '../billing/billing.ts';
import { start as startOrders } from '../orders/orders.ts';

const order = { userId: 'alice', currency: 'EUR', items: [{ sku: 'teapot', quantity: 1, unitPrice: 2550 }] };
const piano = { ...order, items: [{ sku: 'piano', quantity: 1, unitPrice: 900_000_000 }] };
const deposits = '/wallets/alice/EUR/deposits';

const positionOf = (answer: Response): bigint => BigInt(answer.headers.get('Log-Position') ?? '');
const appliedIn = (answer: Response): string | null => answer.headers.get('Preference-Applied');

describe('a request that waits for its outcome', () => {
  let gateway: TestGateway;
  let services: ReadonlyArray<{ readonly stop: () => Promise<void> }>;
  let alice: Send;
  beforeAll(async () => {
    gateway = await startTestGateway();
    const { store: eventStore } = gateway;
    services = await Promise.all([startOrders({ eventStore }), startBilling({ eventStore })]);
    alice = sender(gateway.url, await token('alice', 'client', 'operator'));
  });
  afterAll(async () => {
    await Promise.all(services.map(({ stop }) => stop()));
    await gateway.stop();
  });

  const post = (path: string, body: object, wait: number | string, headers = {}) =>
    alice('POST', path, body, { Prefer: typeof wait === 'number' ? `wait=${wait}` : wait, ...headers });

  it('is answered with the deposit that is in the wallet', async () => {
    const answer = await post(deposits, { amount: 100_000 }, 20);
    expect(answer.status).toBe(200);
    expect(appliedIn(answer)).toBe('wait=20');
    const deposit = granted(Deposit.decode(await answer.json()));
    expect(deposit).toMatchObject({ userId: 'alice', currency: 'EUR', amount: 100_000, status: 'Deposited' });
    expect(answer.headers.get('Location')).toBe(`/deposits/${deposit.depositId}`);
    const shown = await alice('GET', `/deposits/${deposit.depositId}?after=${positionOf(answer)}`);
    expect(await shown.json()).toEqual(deposit);
  });

  it.each([
    ['paid', order, { status: 'Paid', operationId: expect.any(String), settledAt: expect.any(String) }],
    ['cancelled', piano, { status: 'Cancelled', reason: 'InsufficientFunds', settledAt: expect.any(String) }],
  ])('is answered with the order that is %s, as it will be shown', async (_, body, outcome) => {
    const answer = await post('/orders', body, 20);
    expect(answer.status).toBe(200);
    expect(appliedIn(answer)).toBe('wait=20');
    const settled = granted(Order.decode(await answer.json()));
    expect(settled).toMatchObject({ ...body, ...outcome });
    expect(answer.headers.get('Location')).toBe(`/orders/${settled.orderId}`);
    const shown = await alice('GET', `/orders/${settled.orderId}?after=${positionOf(answer)}`);
    const { timeline, ...same } = granted(OrderWithTimeline.decode(await shown.json()));
    expect(same).toEqual(settled);
    expect(timeline.at(-1)?.status).toBe(settled.status);
  });

  it.each([
    ['wait=31', 30],
    ['wait=99999999999999999999', 30],
    ['respond-async, WAIT = "7"; x=y', 7],
    ['foo="a, wait=1, b", wait=8', 8],
    ['wait=soon, wait=9', 9],
    ['wait=5, wait=6', 5],
  ])('is told how its "Prefer: %s" was understood', async (prefer, seconds) => {
    const answer = await post(deposits, { amount: 1 }, prefer);
    expect(appliedIn(answer)).toBe(`wait=${seconds}`);
    expect(answer.status).toBe(200);
  });

  it.each([
    '',
    'wait',
    'wait=',
    'wait=-1',
    'wait=1.5',
    'wait=1s',
    'await=5',
    'foo="wait=5',
    '"wait=5"',
    'handling=strict',
  ])('does not wait for "Prefer: %s"', async (prefer) => {
    const answer = await post(deposits, { amount: 1 }, prefer);
    expect(appliedIn(answer)).toBeNull();
    expect(answer.status).toBe(202);
  });

  it('is answered the same when it comes again with its key, at once and after', async () => {
    const key = { 'Idempotency-Key': 'wait-for-me' };
    const [first, second] = await Promise.all([post('/orders', order, 20, key), post('/orders', order, 20, key)]);
    const third = await post('/orders', order, 20, key);
    expect([first.status, second.status, third.status]).toEqual([200, 200, 200]);
    const replays = [first, second, third].filter(({ headers }) => headers.get('Idempotency-Replayed') === 'true');
    expect(replays).toHaveLength(2);
    expect(replays).toContain(third);
    const settled = granted(Order.decode(await first.json()));
    expect(settled.status).toBe('Paid');
    expect(await second.json()).toEqual(settled);
    expect(await third.json()).toEqual(settled);
  });

  it('is answered when many wait at once', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => post(deposits, { amount: 1 }, 30)));
    const settled = await Promise.all(answers.map(async (answer) => granted(Deposit.decode(await answer.json()))));
    expect(new Set(settled.map(({ depositId }) => depositId)).size).toBe(200);
    expect(new Set(settled.map(({ status }) => status))).toEqual(new Set(['Deposited']));
  });
});

describe('a request that waits in vain', () => {
  const Placed = t.union([PlacedOrder, PlacedDeposit]);
  let gateway: TestGateway;
  let alice: Send;
  beforeAll(async () => {
    gateway = await startBareGateway({ stopTimeout: 1_000 });
    alice = sender(gateway.url, await token('alice', 'client', 'operator'));
  });
  afterAll(() => gateway.stop());

  it.each([
    ['/orders', order, 0],
    ['/orders', order, 1],
    [deposits, { amount: 1 }, 1],
  ])('is answered that it was taken: POST %s %j wait=%d', async (path, body, wait) => {
    const began = performance.now();
    const answer = await alice('POST', path, body, { Prefer: `wait=${wait}` });
    expect(performance.now() - began).toBeGreaterThan(wait * 990);
    expect(answer.status).toBe(202);
    expect(appliedIn(answer)).toBe(`wait=${wait}`);
    const { position, status } = granted(Placed.decode(await answer.json()));
    expect(status).toBe('Requested');
    expect(answer.headers.get('Log-Position')).toBe(position);
  });

  it('is answered that it was taken when the gateway stops meanwhile', async () => {
    const before = await wholeLog(gateway.store);
    const answering = alice('POST', '/orders', order, { Prefer: 'wait=30' });
    await until('it was taken', async () => (await wholeLog(gateway.store)).length > before.length);
    await gateway.stop();
    const answer = await answering;
    expect(answer.status).toBe(202);
    expect(appliedIn(answer)).toBe('wait=30');
    granted(PlacedOrder.decode(await answer.json()));
  });
});
