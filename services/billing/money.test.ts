import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { hundredEuros } from '../../domain/deposit/examples.ts';
import { ofType } from '../../domain/events.ts';
import { walletStream } from '../../domain/streams.ts';
import { readForwards } from '../../eventstore/read.ts';
import { delivery, put, someOrder, startTestStore, type TestStore } from '../../tests/fixtures/eventStore.ts';
import { createWallets, handlers } from './billing.ts';

let test: TestStore;
beforeAll(async () => {
  test = await startTestStore();
});
afterAll(() => test.stop());

const amount = fc.integer({ min: 1, max: 1_000 });
const step = fc.record({ kind: fc.constantFrom('deposit', 'order'), amount });

const request = async (userId: string, { kind, amount: minorUnits }: { kind: string; amount: number }) => {
  if (kind === 'deposit') {
    const data = { ...hundredEuros, depositId: randomUUID(), userId, amount: minorUnits };
    const message = await put(test.store, { type: 'DepositRequested', data });
    return (service: ReturnType<typeof handlers>) => service['wallets.deposits'](message, delivery);
  }
  const items = [{ sku: 'book', quantity: 1, unitPrice: minorUnits }];
  const message = await put(test.store, {
    type: 'OrderPending',
    data: someOrder({ userId, items, total: minorUnits }),
  });
  return (service: ReturnType<typeof handlers>) => service['orders.pending'](message, delivery);
};

describe('money', () => {
  it('adds up for any deposits and orders, in whatever order and however often two instances get them', async () => {
    const deliveries = fc.array(fc.record({ message: fc.nat(), instance: fc.nat({ max: 1 }) }), { maxLength: 30 });
    const property = fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 10 }),
      deliveries,
      async (steps, extra) => {
        const userId = `user-${randomUUID()}`;
        const instances = [handlers(createWallets(test.store)), handlers(createWallets(test.store))] as const;
        const messages = await Promise.all(steps.map((one) => request(userId, one)));
        // Some come early, twice, or out of order, to either instance; in the end each comes at least once.
        const first = extra.flatMap(({ message, instance }) => {
          const handle = messages[message % messages.length];
          return handle === undefined ? [] : [handle(instances[instance === 0 ? 0 : 1])];
        });
        await Promise.all([...first, ...messages.map((handle) => handle(instances[0]))]);

        const entries = await readForwards(test.store, walletStream(userId, 'EUR'));
        const sum = entries.reduce((total, event) => {
          if (event.type === 'FundsDeposited') return total + event.data.amount;
          return event.type === 'PaymentProcessed' && event.data.paid ? total - event.data.amount : total;
        }, 0);
        expect(entries).toHaveLength(steps.length);
        expect(new Set(entries.map(({ metadata }) => metadata.$causationId)).size).toBe(steps.length);
        const last = entries.filter(ofType('FundsDeposited', 'PaymentProcessed')).at(-1);
        expect(last?.data.balance).toBe(sum);
        expect(entries.every((event) => 'balance' in event.data && event.data.balance >= 0)).toBe(true);
      },
    );
    await fc.assert(property, { numRuns: 25 });
  }, 60_000);
});
