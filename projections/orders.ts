import type { CancelReason, OrderStatus } from '../domain/order/messages.ts';
import type { OrderLine } from '../domain/orderRequest/messages.ts';
import { patch, put, table, type Projection } from './projection.ts';
import type { LiveQuery, Shown } from './liveQuery.ts';

const rows = table({
  name: 'orders',
  key: ['order_id'],
  columns: {
    order_id: 'uuid',
    user_id: 'text NOT NULL',
    status: 'text NOT NULL',
    currency: 'text NOT NULL',
    items: 'jsonb NOT NULL',
    total: 'bigint NOT NULL',
    operation_id: 'uuid',
    reason: 'text',
    created_at: 'timestamptz NOT NULL',
    settled_at: 'timestamptz',
  },
});

/** An order has a row from its request on. */
export const orders: Projection = {
  name: 'orders',
  version: 1,
  tables: [rows],
  on: {
    OrderCreateRequested: ({ data, created }) => [
      put(rows, {
        order_id: data.orderId,
        user_id: data.userId,
        status: 'Requested',
        currency: data.currency,
        items: data.items,
        total: data.total,
        created_at: created,
      }),
    ],
    OrderPending: ({ data }) => [patch(rows, { order_id: data.orderId, status: 'Pending' })],
    OrderPaid: ({ data, created }) => [
      patch(rows, { order_id: data.orderId, status: 'Paid', operation_id: data.operationId, settled_at: created }),
    ],
    OrderCancelled: ({ data, created }) => [
      patch(rows, { order_id: data.orderId, status: 'Cancelled', reason: data.reason, settled_at: created }),
    ],
  },
};

/** An order as clients see it; `total` and unit prices in minor units. */
export interface OrderView {
  readonly orderId: string;
  readonly userId: string;
  readonly status: OrderStatus;
  readonly currency: string;
  readonly items: ReadonlyArray<OrderLine>;
  readonly total: number;
  /** Of a paid order. */
  readonly operationId: string | null;
  /** Of a cancelled order. */
  readonly reason: CancelReason | null;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
}

const byId = (slot: string): string => `
  SELECT order_id AS "orderId", user_id AS "userId", status, currency, items, total, operation_id AS "operationId",
         reason, created_at AS "createdAt", settled_at AS "settledAt"
  FROM ${slot}.orders WHERE order_id = $1`;

export const orderQueries = (query: LiveQuery) => ({
  /** The order, or undefined when none of that id was requested by the position shown. */
  orderById: async (orderId: string): Promise<Shown<OrderView | undefined>> => {
    const { position, found } = await query<OrderView>('orders', byId, [orderId]);
    return { position, found: found[0] };
  },
});
