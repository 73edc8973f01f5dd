import type { Order, PlacedOrder } from '../../api/answers.ts';
import type { OrderWithTimeline } from '../../client/story.ts';
import { events } from '../../domain/events.ts';
import { format } from '../../domain/money.ts';

const rows = (cells: ReadonlyArray<readonly [string, string]>): string =>
  cells.map(([name, value]) => `${name.padEnd(9)}  ${value}\n`).join('');

const details = ({ items, currency, total, createdAt, settledAt, operationId, reason }: Order) => [
  ...items.map(({ sku, quantity, unitPrice }, index): readonly [string, string] => [
    index === 0 ? 'items' : '',
    `${quantity} × ${sku} at ${format(unitPrice, currency)}`,
  ]),
  ['total', format(total, currency)] as const,
  ...(operationId === undefined ? [] : [['operation', operationId] as const]),
  ...(reason === undefined ? [] : [['reason', reason] as const]),
  ['created', createdAt] as const,
  ...(settledAt === undefined ? [] : [['settled', settledAt] as const]),
];

/** An order as text: what is known of it, a line each. */
export const orderText = (order: Order | PlacedOrder): string =>
  rows([['order', order.orderId], ['status', order.status], ...('items' in order ? details(order) : [])]);

const typeWidth = Math.max(...Object.keys(events).map(({ length }) => length));

/** What happened and when, a line. */
export const stepText = ({ at, type, meaning }: OrderWithTimeline['timeline'][number]): string =>
  `${at}  ${type.padEnd(typeWidth)}  ${meaning}\n`;

export const storyText = ({ timeline, ...order }: OrderWithTimeline): string =>
  `${orderText(order)}\n${timeline.map(stepText).join('')}`;

/** Orders as a table, totals aligned by their last digit. */
export const ordersText = (orders: ReadonlyArray<Order>): string => {
  const totals = orders.map(({ total, currency }) => format(total, currency));
  const width = Math.max(0, ...totals.map(({ length }) => length));
  return orders
    .map(({ orderId, status, createdAt }, index) => {
      const total = (totals[index] ?? '').padStart(width);
      return `${orderId}  ${status.padEnd('Cancelled'.length)}  ${total}  ${createdAt}\n`;
    })
    .join('');
};
