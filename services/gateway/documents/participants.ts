import type { Category } from '../../../domain/streams.ts';
import type { TopicName } from '../../../domain/topics.ts';

/** Who appends to the streams of a category, and thereby sends what goes out from there. */
export const senders = {
  orderRequest: 'gateway',
  deposit: 'gateway',
  order: 'orders',
  wallet: 'billing',
  notification: 'notifications',
  redrive: 'operator',
  skip: 'operator',
} as const satisfies Record<Category, string>;

/** Who handles what a topic carries. */
export const receivers = {
  'orders.create': 'orders',
  'orders.pending': 'billing',
  'billing.payments': 'orders',
  'notifications.orders': 'notifications',
  'wallets.deposits': 'billing',
} as const satisfies Record<TopicName, string>;

export type Participant = (typeof senders)[Category] | (typeof receivers)[TopicName];

export const about: Readonly<Record<Participant, string>> = {
  gateway: 'Takes orders and deposits in over HTTP.',
  orders: 'Opens orders and settles them.',
  billing: 'Keeps the wallets: takes payments and deposits.',
  notifications: 'Mails a letter for every settled order.',
  operator: 'Has a message handled again, by `orderflow redrive`.',
};
