import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OrdersPerDay } from '../../api/answers.ts';
import { createClient } from '../../client/client.ts';
import { startTestGateway, token, type TestGateway } from '../../tests/fixtures/gateway.ts';
import { granted } from '../../tests/fixtures/granted.ts';
import { problemOf, sender, type Send } from '../../tests/fixtures/http.ts';
import { start as startBilling } from '../billing/billing.ts';
import { start as startOrders } from '../orders/orders.ts';

const path = '/reports/orders-per-day';
const teapots = { userId: 'alice', currency: 'EUR', items: [{ sku: 'teapot', quantity: 2, unitPrice: 2550 }] };
const piano = { userId: 'alice', currency: 'EUR', items: [{ sku: 'piano', quantity: 1, unitPrice: 900_000_000 }] };

describe('the report of orders per day', () => {
  let gateway: TestGateway;
  let services: ReadonlyArray<{ readonly stop: () => Promise<void> }>;
  let alice: Send;
  let olga: Send;
  /** A day before all orders, and one after them, whatever the clock says meanwhile. */
  let period: { readonly currency: string; readonly from: string; readonly to: string };
  let last: string;
  beforeAll(async () => {
    gateway = await startTestGateway();
    const { store: eventStore } = gateway;
    services = await Promise.all([startOrders({ eventStore }), startBilling({ eventStore })]);
    alice = sender(gateway.url, await token('alice', 'client'));
    olga = sender(gateway.url, await token('olga', 'operator'));
    const now = Date.now();
    const dayAt = (time: number): string => new Date(time).toISOString().slice(0, 10);
    period = { currency: 'EUR', from: dayAt(now - 86_400_000), to: dayAt(now + 2 * 86_400_000) };
    const waiting = { Prefer: 'wait=30' };
    await olga('POST', '/wallets/alice/EUR/deposits', { amount: 20_000 }, waiting);
    for (const order of [teapots, piano]) await alice('POST', '/orders', order, waiting);
    last = (await alice('POST', '/orders', teapots, waiting)).headers.get('Log-Position') ?? '';
  });
  afterAll(async () => {
    await Promise.all(services.map(({ stop }) => stop()));
    await gateway.stop();
  });

  const query = (changes: Readonly<Record<string, string>> = {}): string =>
    `${path}?${new URLSearchParams({ ...period, ...changes }).toString()}`;

  const sumOf = ({ days }: OrdersPerDay, step: 'placed' | 'paid' | 'cancelled') => ({
    orders: days.reduce((sum, day) => sum + day[step].orders, 0),
    total: days.reduce((sum, day) => sum + BigInt(day[step].total), 0n),
  });

  it('tells operators how many were placed, paid and cancelled, and what they came to', async () => {
    const answer = await olga('GET', query({ after: last }));
    expect(answer.status).toBe(200);
    expect(BigInt(answer.headers.get('Log-Position') ?? '')).toBeGreaterThanOrEqual(BigInt(last));
    const report = granted(OrdersPerDay.decode(await answer.json()));
    expect(report).toMatchObject(period);
    expect(sumOf(report, 'placed')).toEqual({ orders: 3, total: 900_010_200n });
    expect(sumOf(report, 'paid')).toEqual({ orders: 2, total: 10_200n });
    expect(sumOf(report, 'cancelled')).toEqual({ orders: 1, total: 900_000_000n });
  });

  it('tells auditors the same, through the client', async () => {
    const report = granted(OrdersPerDay.decode(await (await olga('GET', query({ after: last }))).json()));
    const client = createClient({ url: gateway.url, token: await token('arthur', 'auditor') });
    expect(granted(await client.ordersPerDay(period, { after: last }))).toEqual(report);
    expect(client.position()).toBeDefined();
  });

  it('is for nobody else', async () => {
    expect(await problemOf(await alice('GET', query()))).toMatchObject({
      type: '/problems/missing-role',
      status: 403,
      detail: 'This needs a token with the role operator or auditor',
    });
  });

  it('is empty where nothing happened: in other currencies, and on other days', async () => {
    const daysOf = async (changes: Readonly<Record<string, string>>) =>
      granted(OrdersPerDay.decode(await (await olga('GET', query({ after: last, ...changes }))).json())).days;
    expect(await daysOf({ currency: 'JPY' })).toEqual([]);
    expect(await daysOf({ from: '2025-01-01', to: '2026-01-01' })).toEqual([]);
    expect(await daysOf({ from: '0001-01-01', to: '0001-01-01' })).toEqual([]);
  });

  it('is not sent again to whoever has it', async () => {
    const tag = (await olga('GET', query({ after: last }))).headers.get('ETag') ?? '';
    const again = await olga('GET', query(), undefined, { 'If-None-Match': tag });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  const notADay = 'must be a day such as "2026-11-23"';
  const length = 'must be from 0 to 365 days after "from"';

  it.each<[string, Readonly<Record<string, string>>, ReadonlyArray<readonly [string, string]>]>([
    [
      'a currency that is none',
      { currency: 'euro' },
      [['/currency', 'must be an ISO 4217 currency code such as "EUR"']],
    ],
    ['a day that no calendar has', { from: '2026-02-30' }, [['/from', 'must be a day that is in the calendar']]],
    ['a time instead of a day', { to: '2026-11-01T00:00:00Z' }, [['/to', notADay]]],
    ['a year that no calendar has', { from: '0000-01-01' }, [['/from', notADay]]],
    [
      'no days at all',
      { from: '', to: '' },
      [
        ['/from', notADay],
        ['/to', notADay],
      ],
    ],
    ['a last day before the first', { from: '2026-01-02', to: '2026-01-01' }, [['/to', length]]],
    ['more than a leap year', { from: '2024-01-01', to: '2025-01-01' }, [['/to', length]]],
  ])('is refused for %s', async (_, changes, faults) => {
    expect(await problemOf(await olga('GET', query(changes)))).toMatchObject({
      type: '/problems/invalid-query',
      status: 400,
      errors: faults.map(([pointer, detail]) => ({ pointer, detail })),
    });
  });

  it('covers a leap year', async () => {
    expect((await olga('GET', query({ from: '2024-01-01', to: '2024-12-31' }))).status).toBe(200);
  });

  it('is refused, with all that is missing, to whoever asks for nothing', async () => {
    const { errors } = await problemOf(await olga('GET', path));
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/currency', '/from', '/to']);
  });
});
