import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RecordedEvent } from '../../domain/events.ts';
import { recorded } from '../../domain/examples.ts';
import { pianoCancelled, teapotsPaid, teapotsPending } from '../../domain/order/examples.ts';
import { teapots, teapotsRequested } from '../../domain/orderRequest/examples.ts';
import { exampleId } from '../../tests/fixtures/anyEvent.ts';
import { newDatabase } from '../../tests/fixtures/database.ts';
import { fillLive, inLog, openTestDatabase } from '../../tests/fixtures/slot.ts';
import { apply } from '../apply.ts';
import type { Database } from '../database.ts';
import { createLiveQuery } from '../liveQuery.ts';
import { ordersPerDay, ordersPerDayQueries, type OrderDay } from './ordersPerDay.ts';

let database: Database;
beforeEach(async () => {
  database = openTestDatabase(await newDatabase());
});
afterEach(() => database.close());

interface Amount {
  readonly currency: string;
  readonly total: number;
}

const eventOf = {
  placed: (amount: Amount) => ({ ...teapotsRequested, data: { ...teapotsRequested.data, ...amount } }),
  pending: (amount: Amount) => ({ ...teapotsPending, data: { ...teapotsPending.data, ...amount } }),
  paid: (amount: Amount) => ({ ...teapotsPaid, data: { ...teapotsPaid.data, ...amount } }),
  cancelled: (amount: Amount) => ({ ...pianoCancelled, data: { ...pianoCancelled.data, ...amount } }),
};
type Step = keyof typeof eventOf;
interface Happened extends Amount {
  readonly step: Step;
  readonly created: Date;
}

const happen = (happened: ReadonlyArray<Happened>): ReadonlyArray<RecordedEvent> =>
  happened.map(({ step, currency, total, created }, n) => {
    const place = { id: exampleId(n), stream: 'stream', correlationId: teapots.orderId };
    return { ...recorded(n, eventOf[step]({ currency, total }), place), created };
  });

/** Fills the live slot, in batches of so many events, before which so many of those before come again. */
const fill = async (happened: ReadonlyArray<Happened>, batch: number, again = 0): Promise<void> => {
  const { filling, position } = await fillLive(database, ordersPerDay);
  const events = happen(happened);
  let reached = position;
  for (let start = 0; start < events.length; start += batch)
    reached = await apply(filling, reached, events.slice(Math.max(0, start - again), start + batch).map(inLog));
};

const daysOf = async (currency: string, from = '0001-01-01', to = '9999-12-31'): Promise<ReadonlyArray<OrderDay>> =>
  (await ordersPerDayQueries(createLiveQuery(database)).orderDays(currency, from, to)).found;

const noon = (day: number): Date => new Date(Date.UTC(2026, 10, day, 12));
const nothing = { orders: 0, total: 0n };
const placed = (total: number, created: Date): Happened => ({ step: 'placed', currency: 'EUR', total, created });

describe('the orders of a day', () => {
  it('are those placed, paid and cancelled on it, whenever they were placed', async () => {
    await fill(
      [
        placed(100, noon(1)),
        placed(250, noon(1)),
        { ...placed(100, noon(2)), step: 'paid' },
        { ...placed(250, noon(2)), step: 'cancelled' },
      ],
      10,
    );
    expect(await daysOf('EUR')).toEqual([
      { day: '2026-11-01', placed: { orders: 2, total: 350n }, paid: nothing, cancelled: nothing },
      {
        day: '2026-11-02',
        placed: nothing,
        paid: { orders: 1, total: 100n },
        cancelled: { orders: 1, total: 250n },
      },
    ]);
  });

  it('are told by the UTC day, to its last millisecond', async () => {
    await fill([placed(1, new Date('2026-11-01T23:59:59.999Z')), placed(2, new Date('2026-11-02T00:00:00.000Z'))], 10);
    expect((await daysOf('EUR')).map(({ day, placed: { total } }) => [day, total])).toEqual([
      ['2026-11-01', 1n],
      ['2026-11-02', 2n],
    ]);
  });

  it('are shown from the first day asked for to the last', async () => {
    await fill(
      [1, 2, 3, 4].map((day) => placed(day, noon(day))),
      10,
    );
    expect((await daysOf('EUR', '2026-11-02', '2026-11-03')).map(({ day }) => day)).toEqual([
      '2026-11-02',
      '2026-11-03',
    ]);
  });

  it('add up beyond what a JavaScript number holds, also beyond what a bigint column does', async () => {
    const most = Number.MAX_SAFE_INTEGER;
    await fill(
      Array.from({ length: 1_100 }, () => placed(most, noon(1))),
      500,
    );
    expect((await daysOf('EUR'))[0]?.placed).toEqual({ orders: 1_100, total: BigInt(most) * 1_100n });
  });

  it('are, for any history in any batches, those that its events add up to, each once', async () => {
    const anyHappened: fc.Arbitrary<Happened> = fc.record({
      step: fc.constantFrom<Step>('placed', 'pending', 'paid', 'cancelled'),
      currency: fc.constantFrom('EUR', 'JPY'),
      total: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      created: fc.date({ min: noon(1), max: noon(4), noInvalidDate: true }),
    });
    const sumOf = (happened: ReadonlyArray<Happened>, step: Step) => {
      const totals = happened.filter((one) => one.step === step).map(({ total }) => BigInt(total));
      return { orders: totals.length, total: totals.reduce((a, b) => a + b, 0n) };
    };
    const expected = (happened: ReadonlyArray<Happened>, currency: string): ReadonlyArray<OrderDay> => {
      const counted = happened.filter((one) => one.currency === currency && one.step !== 'pending');
      const dayOf = ({ created }: Happened) => created.toISOString().slice(0, 10);
      return [...new Set(counted.map(dayOf))].sort().map((day) => {
        const ofDay = counted.filter((one) => dayOf(one) === day);
        const [all, paid, cancelled] = [sumOf(ofDay, 'placed'), sumOf(ofDay, 'paid'), sumOf(ofDay, 'cancelled')];
        return { day, placed: all, paid, cancelled };
      });
    };
    const property = fc.asyncProperty(
      fc.array(anyHappened, { maxLength: 30 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 0, max: 5 }),
      async (happened, batch, again) => {
        const databaseUrl = await newDatabase();
        await database.close();
        database = openTestDatabase(databaseUrl);
        await fill(happened, batch, again);
        for (const currency of ['EUR', 'JPY']) expect(await daysOf(currency)).toEqual(expected(happened, currency));
      },
    );
    await fc.assert(property, { numRuns: 25 });
  });
});
