import type { RecordedEvent } from '../../domain/events.ts';
import type { CancelReason, OrderStatus } from '../../domain/order/messages.ts';
import type { OrderLine } from '../../domain/orderRequest/messages.ts';
import type { LiveQuery, Select, Shown } from '../liveQuery.ts';
import { pageOf, type Page } from '../page.ts';
import { patch, put, table, type Projection } from '../projection.ts';
import { settledBy, settledIn, type SettledRow } from '../settled.ts';

const columnsBefore = {
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
} as const;

const rows = table({
  name: 'orders',
  key: ['order_id'],
  columns: {
    ...columnsBefore,
    // `Open` until the order is settled, then its status.
    outcome: 'text NOT NULL',
  },
  // Every change of an indexed column costs an entry in every index. So the status has none: lists of one status go by the
  // outcome, which is set when the order is settled, and what was settled since a position is found by a column that is set
  // then, too, and not by `position`, which every change sets. An index of the status: 42% more WAL an order; this: 16%.
  indexes: [['user_id', 'requested_position'], ['user_id', 'outcome', 'requested_position'], ['settled_position']],
});

const open = 'Open';

/** The outcome of orders that stand at a status. */
const outcomeOf = (status: OrderStatus): string => (status === 'Paid' || status === 'Cancelled' ? status : open);

/** What the event sets that settles an order. */
const settledAs = (status: 'Paid' | 'Cancelled', event: Parameters<typeof settledBy>[0]) => ({
  status,
  outcome: status,
  ...settledBy(event),
});

const rowsBefore = table({
  name: 'orders',
  key: ['order_id'],
  columns: columnsBefore,
  indexes: [['user_id', 'requested_position'], ['settled_position']],
});

const requested = ({ data, created, position }: RecordedEvent<'OrderCreateRequested'>) => ({
  order_id: data.orderId,
  user_id: data.userId,
  status: 'Requested',
  currency: data.currency,
  items: data.items,
  total: data.total,
  created_at: created,
  requested_position: String(position),
});

/** Without the outcome: a list of one status went through all orders of its user. */
const ordersBefore: Projection = {
  name: 'orders',
  version: 2,
  tables: [rowsBefore],
  on: {
    OrderCreateRequested: (event) => [put(rowsBefore, requested(event))],
    OrderPending: ({ data }) => [patch(rowsBefore, { order_id: data.orderId, status: 'Pending' })],
    OrderPaid: ({ data, ...event }) => [
      patch(rowsBefore, {
        order_id: data.orderId,
        status: 'Paid',
        operation_id: data.operationId,
        ...settledBy(event),
      }),
    ],
    OrderCancelled: ({ data, ...event }) => [
      patch(rowsBefore, { order_id: data.orderId, status: 'Cancelled', reason: data.reason, ...settledBy(event) }),
    ],
  },
};

/** An order has a row from its request on. */
export const orders: Projection = {
  name: 'orders',
  version: 3,
  tables: [rows],
  on: {
    OrderCreateRequested: (event) => [put(rows, { ...requested(event), outcome: open })],
    OrderPending: ({ data }) => [patch(rows, { order_id: data.orderId, status: 'Pending' })],
    OrderPaid: ({ data, ...event }) => [
      patch(rows, { order_id: data.orderId, operation_id: data.operationId, ...settledAs('Paid', event) }),
    ],
    OrderCancelled: ({ data, ...event }) => [
      patch(rows, { order_id: data.orderId, reason: data.reason, ...settledAs('Cancelled', event) }),
    ],
  },
  previous: ordersBefore,
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

/** Orders with their outcome, whichever version of the table holds them. */
const withOutcome: Select = (slot, version) =>
  version === ordersBefore.version
    ? `(SELECT *, CASE WHEN settled_position IS NULL THEN '${open}' ELSE status END AS outcome FROM ${slot}.orders)`
    : `${slot}.orders`;

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
      (slot, version) => `SELECT * FROM ${withOutcome(slot, version)} AS orders
        WHERE user_id = $1 AND ($2::text IS NULL OR outcome = $2) AND ($3::text IS NULL OR status = $3)
          AND ($4::numeric IS NULL OR requested_position < $4)
        ORDER BY requested_position DESC LIMIT $5`,
      [userId, status && outcomeOf(status), status, before?.toString(), limit + 1],
    );
    return { position, found: pageOf(found, limit, view, (row) => BigInt(row.requested_position)) };
  },
  /** The orders that were paid or cancelled after a position, and those of certain ids that were at any time. */
  settledOrders: settledIn(query, orders, { table: rows.name, key: 'order_id' }, (row: OrderRow) => ({
    id: row.order_id,
    view: view(row),
  })),
});
