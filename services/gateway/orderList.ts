import * as t from 'io-ts';
import { Status } from '../../api/answers.ts';
import { orders, orderQueries } from '../../projections/readModels/orders.ts';
import { pageAnswer } from './page.ts';
import { cursorIn, decodeQuery, Limit } from './query.ts';
import { reading } from './reading.ts';

const cursorAmong = (status: unknown) => (Status.is(status) ? cursorIn('orders', status) : cursorIn('orders'));

const queryOf = (cursor: ReturnType<typeof cursorIn>) =>
  t.intersection([t.type({ limit: Limit }), t.partial({ status: Status, cursor })]);

/** `GET /orders`: one's own, newest first by when they were asked for, so that a page stays as it is while orders arrive. */
export const listOrders = reading({
  projection: orders,
  queries: orderQueries,
  inputOf: (context) => decodeQuery(queryOf(cursorAmong(context.query['status'])), context),
  query: ({ ordersOf }, { limit, status, cursor: before }, { userId }) => ordersOf(userId, { limit, status, before }),
  answer: ({ items, next }, { limit, status }) =>
    pageAnswer(
      '/orders',
      { status, limit: String(limit) },
      { orders: items },
      next === undefined ? undefined : cursorAmong(status).encode(next),
    ),
});
