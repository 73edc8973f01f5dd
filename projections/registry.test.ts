import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hundredEuros } from '../domain/deposit/examples.ts';
import { history } from '../domain/examples.ts';
import { piano, teapots } from '../domain/orderRequest/examples.ts';
import { teapotsOperationId } from '../domain/wallet/examples.ts';
import { newDatabase } from '../tests/fixtures/database.ts';
import { log } from '../tests/fixtures/logger.ts';
import { fillWith, openTestDatabase } from '../tests/fixtures/slot.ts';
import type { LiveQuery } from './liveQuery.ts';
import { createReadModel, type ReadModel } from './readModel.ts';
import { depositQueries } from './readModels/deposits.ts';
import { orderQueries } from './readModels/orders.ts';
import { ordersPerDayQueries } from './readModels/ordersPerDay.ts';
import { timelineQueries } from './readModels/timelines.ts';
import { walletQueries } from './readModels/wallets.ts';
import { registry } from './registry.ts';

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 12, 0, second));

const queriesOf = (query: LiveQuery) => ({
  ...orderQueries(query),
  ...walletQueries(query),
  ...depositQueries(query),
  ...timelineQueries(query),
  ...ordersPerDayQueries(query),
});

describe('the read models', () => {
  let readModel: ReadModel;
  let show: ReturnType<typeof queriesOf>;
  const fill = async (events: typeof history): Promise<void> => {
    const databaseUrl = await newDatabase();
    const database = openTestDatabase(databaseUrl);
    await fillWith(database, registry, events);
    await database.close();
    readModel = createReadModel({ databaseUrl, log });
    show = queriesOf(readModel.query);
  };
  const until = (type: string) => history.slice(0, history.findIndex((event) => event.type === type) + 1);

  describe('of the whole example history', () => {
    beforeAll(() => fill(history));
    afterAll(() => readModel.close());
    const position = history.at(-1)?.position;

    it('show a paid order with its operation', async () => {
      const paid = { status: 'Paid', operationId: teapotsOperationId, createdAt: at(3), settledAt: at(6) };
      expect(await show.orderById(teapots.orderId)).toEqual({ position, found: { ...teapots, ...paid } });
    });

    it('show a cancelled order with the reason', async () => {
      const cancelled = { status: 'Cancelled', reason: 'InsufficientFunds', createdAt: at(8), settledAt: at(11) };
      expect(await show.orderById(piano.orderId)).toEqual({ position, found: { ...piano, ...cancelled } });
    });

    it('show no order where there is none', async () => {
      expect(await show.orderById(hundredEuros.depositId)).toEqual({ position, found: undefined });
    });

    it('show what a wallet holds', async () => {
      const found = { userId: 'alice', currency: 'EUR', balance: 4500 };
      expect(await show.walletOf('alice', 'EUR')).toEqual({ position, found });
      expect(await show.walletOf('alice', 'USD')).toEqual({ position, found: undefined });
    });

    it('show the operations of a wallet, newest first, each with the balance after it', async () => {
      const payment = {
        kind: 'Payment',
        operationId: teapotsOperationId,
        subjectId: teapots.orderId,
        amount: 5500,
        balance: 4500,
        at: at(5),
      };
      const deposit = {
        kind: 'Deposit',
        operationId: history[1]?.id,
        subjectId: hundredEuros.depositId,
        amount: 10_000,
        balance: 10_000,
        at: at(2),
      };
      const search = { limit: 20 };
      const found = { items: [payment, deposit] };
      expect(await show.operationsOf('alice', 'EUR', search)).toEqual({ position, found });
    });

    it('show a deposit that is in the wallet', async () => {
      const found = { ...hundredEuros, status: 'Deposited', requestedAt: at(1), settledAt: at(2) };
      expect(await show.depositById(hundredEuros.depositId)).toEqual({ position, found });
    });

    it('show what was placed, paid and cancelled on a day', async () => {
      const placed = { orders: 2, total: BigInt(teapots.total + piano.total) };
      const [paid, cancelled] = [teapots, piano].map(({ total }) => ({ orders: 1, total: BigInt(total) }));
      const found = [{ day: '2026-01-01', placed, paid, cancelled }];
      expect(await show.orderDays('EUR', '2026-01-01', '2026-12-31')).toEqual({ position, found });
    });

    it("show an order's events as they were recorded, the resend included", async () => {
      const { found } = await show.timelineOf(teapots.orderId);
      expect(found).toEqual(history.filter(({ metadata }) => metadata.$correlationId === teapots.orderId));
    });
  });

  it.each([
    ['OrderCreateRequested', 'Requested'],
    ['OrderPending', 'Pending'],
  ])('show an order after %s as %s', async (type, status) => {
    await fill(until(type));
    expect((await show.orderById(teapots.orderId)).found).toEqual({ ...teapots, status, createdAt: at(3) });
    await readModel.close();
  });

  it('show a deposit that was asked for', async () => {
    await fill(until('DepositRequested'));
    const found = { ...hundredEuros, status: 'Requested', requestedAt: at(1) };
    expect((await show.depositById(hundredEuros.depositId)).found).toEqual(found);
    await readModel.close();
  });
});
