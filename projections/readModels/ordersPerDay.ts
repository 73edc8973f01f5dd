import type { RecordedEvent } from '../../domain/events.ts';
import type { LiveQuery, Shown } from '../liveQuery.ts';
import { add, table, type Projection } from '../projection.ts';

const days = table({
  name: 'days',
  key: ['currency', 'day'],
  columns: { currency: 'text', day: 'date' },
  sums: ['placed', 'placed_total', 'paid', 'paid_total', 'cancelled', 'cancelled_total'],
});

/** The row of an event: the day on which it happened, so that a day that is over does not change any more. */
const dayOf = ({ data, created }: RecordedEvent<'OrderCreateRequested' | 'OrderPaid' | 'OrderCancelled'>) => ({
  currency: data.currency,
  day: created.toISOString().slice(0, 10),
});

/** How many orders were placed, paid and cancelled on each UTC day in each currency, and what they came to. */
export const ordersPerDay: Projection = {
  name: 'orders_per_day',
  version: 1,
  tables: [days],
  on: {
    OrderCreateRequested: (event) => [add(days, dayOf(event), { placed: 1, placed_total: event.data.total })],
    OrderPaid: (event) => [add(days, dayOf(event), { paid: 1, paid_total: event.data.total })],
    OrderCancelled: (event) => [add(days, dayOf(event), { cancelled: 1, cancelled_total: event.data.total })],
  },
};

/** Some orders of one currency; `total` in minor units. */
export interface OrderSum {
  readonly orders: number;
  readonly total: bigint;
}

/** What happened to orders of one currency on one UTC day, `YYYY-MM-DD`. */
export interface OrderDay {
  readonly day: string;
  readonly placed: OrderSum;
  readonly paid: OrderSum;
  readonly cancelled: OrderSum;
}

/** Sums come in digits, for they may be large. */
interface DayRow {
  readonly day: string;
  readonly placed: string;
  readonly placed_total: string;
  readonly paid: string;
  readonly paid_total: string;
  readonly cancelled: string;
  readonly cancelled_total: string;
}

const sum = (orders: string, total: string): OrderSum => ({ orders: Number(orders), total: BigInt(total) });

const view = (row: DayRow): OrderDay => ({
  day: row.day,
  placed: sum(row.placed, row.placed_total),
  paid: sum(row.paid, row.paid_total),
  cancelled: sum(row.cancelled, row.cancelled_total),
});

export const ordersPerDayQueries = (query: LiveQuery) => ({
  /** The days from `from` to `to`, both included, on which anything happened to orders of a currency, oldest first. */
  orderDays: async (currency: string, from: string, to: string): Promise<Shown<ReadonlyArray<OrderDay>>> => {
    const { position, found } = await query<DayRow>(
      ordersPerDay,
      (slot) => `SELECT * FROM ${slot}.days WHERE currency = $1 AND day BETWEEN $2 AND $3 ORDER BY day`,
      [currency, from, to],
    );
    return { position, found: found.map(view) };
  },
});
