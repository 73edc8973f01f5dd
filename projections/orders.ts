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
  /** Of a paid order: the id of its `PaymentProcessed` event. */
  readonly operationId?: string;
  /** Of a cancelled order. */
  readonly reason?: CancelReason;
  readonly createdAt: Date;
  /** Of a paid or cancelled order. */
  readonly settledAt?: Date;
}

interface OrderRow {
  readonly order_id: string;
  readonly user_id: string;
  readonly status: OrderStatus;
  readonly currency: string;
  readonly items: ReadonlyArray<OrderLine>;
  readonly total: number;
  readonly operation_id: string | null;
  readonly reason: CancelReason | null;
  readonly created_at: Date;
  readonly settled_at: Date | null;
}

const view = (row: OrderRow): OrderView => ({
  orderId: row.order_id,
  userId: row.user_id,
  status: row.status,
  currency: row.currency,
  items: row.items,
  total: row.total,
  ...(row.operation_id !== null && { operationId: row.operation_id }),
  ...(row.reason !== null && { reason: row.reason }),
  createdAt: row.created_at,
  ...(row.settled_at !== null && { settledAt: row.settled_at }),
});

export const orderQueries = (query: LiveQuery) => ({
  /** The order, or undefined when none of that id was requested by the position shown. `orderId` must be a UUID. */
  orderById: async (orderId: string): Promise<Shown<OrderView | undefined>> => {
    const { position, found } = await query<OrderRow>(
      orders.name,
      (slot) => `SELECT * FROM ${slot}.orders WHERE order_id = $1`,
      [orderId],
    );
    return { position, found: found.map(view)[0] };
  },
});
