import type { OrdersPerDay } from '../../api/answers.ts';
import { ReportPeriod } from '../../api/inputs.ts';
import { ordersPerDay, ordersPerDayQueries, type OrderSum } from '../../projections/readModels/ordersPerDay.ts';
import { decodeQuery } from './query.ts';
import { reading } from './reading.ts';

const told = ({ orders, total }: OrderSum) => ({ orders, total: String(total) });

/** `GET /reports/orders-per-day`: what was placed, paid and cancelled on each day of a period, in one currency. */
export const reportOrdersPerDay = reading({
  projection: ordersPerDay,
  queries: ordersPerDayQueries,
  inputOf: (context) => decodeQuery(ReportPeriod, context),
  query: ({ orderDays }, { currency, from, to }) => orderDays(currency, from, to),
  answer: (found, period) => {
    const days = found.map(({ day, placed, paid, cancelled }) => ({
      day,
      placed: told(placed),
      paid: told(paid),
      cancelled: told(cancelled),
    }));
    const body: OrdersPerDay = { ...period, days };
    return { status: 200, body };
  },
});
