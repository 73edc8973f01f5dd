import type { CancelReason, OrderStatus } from '../../domain/order/messages.ts';
import type { OrderLine } from '../../domain/orderRequest/messages.ts';
import type { LiveQuery, Shown } from '../liveQuery.ts';
import { pageOf, type Page } from '../page.ts';
import { patch, put, table, type Projection } from '../projection.ts';
import { settledBy, settledIn, type SettledRow } from '../settled.ts';

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
    requested_position: 'numeric(20) NOT NULL',
    settled_position: 'numeric(20)',
  },
  // Every change of an indexed column costs an entry in every index. So the status has none, by which a list of one status
  // goes through the user's others (with one: 28% more WAL an order), and what was settled since a position is found by a
  // column that is set once, at the end, and not by `position`, which every change sets.
  indexes: [['user_id', 'requested_position'], ['settled_position']],
});

/** An order has a row from its request on. */
export const orders: Projection = {
  name: 'orders',
  version: 2,
  tables: [rows],
  on: {
    OrderCreateRequested: ({ data, created, position }) => [
      put(rows, {
        order_id: data.orderId,
        user_id: data.userId,
        status: 'Requested',
        currency: data.currency,
        items: data.items,
        total: data.total,
        created_at: created,
        requested_position: String(position),
      }),
    ],
    OrderPending: ({ data }) => [patch(rows, { order_id: data.orderId, status: 'Pending' })],
    OrderPaid: ({ data, ...event }) => [
      patch(rows, { order_id: data.orderId, status: 'Paid', operation_id: data.operationId, ...settledBy(event) }),
    ],
    OrderCancelled: ({ data, ...event }) => [
      patch(rows, { order_id: data.orderId, status: 'Cancelled', reason: data.reason, ...settledBy(event) }),
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

interface OrderRow extends SettledRow {
  readonly order_id: string;
  readonly user_id: string;
  readonly status: OrderStatus;
  readonly currency: string;
  readonly items: ReadonlyArray<OrderLine>;
  readonly total: number;
  readonly operation_id: string | null;
  readonly reason: CancelReason | null;
  readonly created_at: Date;
  readonly requested_position: string;
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

/** Which of a user's orders: of one status or of all, those requested before a position or from the newest on, `limit` at most. */
export interface OrderSearch {
  readonly status?: OrderStatus;
  readonly before?: bigint;
  readonly limit: number;
}

export const orderQueries = (query: LiveQuery) => ({
  /** The order, or undefined when none of that id was requested by the position shown. `orderId` must be a UUID. */
  orderById: async (orderId: string): Promise<Shown<OrderView | undefined>> => {
    const { position, found } = await query<OrderRow>(
      orders,
      (slot) => `SELECT * FROM ${slot}.orders WHERE order_id = $1`,
      [orderId],
    );
    return { position, found: found.map(view)[0] };
  },
  /** A user's orders, newest first by the position of the request, so that a page stays as it is while orders arrive. */
  ordersOf: async (userId: string, { status, before, limit }: OrderSearch): Promise<Shown<Page<OrderView, bigint>>> => {
    const { position, found } = await query<OrderRow>(
      orders,
      (slot) => `SELECT * FROM ${slot}.orders
        WHERE user_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::numeric IS NULL OR requested_position < $3)
        ORDER BY requested_position DESC LIMIT $4`,
      [userId, status, before?.toString(), limit + 1],
    );
    return { position, found: pageOf(found, limit, view, (row) => BigInt(row.requested_position)) };
  },
  /** The orders that were paid or cancelled after a position, and those of certain ids that were at any time. */
  settledOrders: settledIn(query, orders, { table: rows.name, key: 'order_id' }, (row: OrderRow) => ({
    id: row.order_id,
    view: view(row),
  })),
});
