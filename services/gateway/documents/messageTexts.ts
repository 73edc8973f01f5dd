import type { TopicName } from '../../../domain/topics.ts';
import type { MessageType } from './asyncapi.ts';

/** What each message says. */
export const messageTexts: Readonly<Record<MessageType, string>> = {
  OrderCreateRequested: 'A client asked for an order. Nothing is promised yet.',
  OrderPending: 'The order is accepted and waits for its payment.',
  PaymentProcessed: 'The wallet paid the order, or refused to. The id of this event is the operation id.',
  OrderPaid: 'The order is paid.',
  OrderCancelled: 'The order will not be paid.',
  DepositRequested: 'An operator asked for money to be put into a wallet.',
  RedriveRequested: 'Handle the event that this one names once more, as if it had just been delivered.',
};

/** What each topic is for. */
export const topicTexts: Readonly<Record<TopicName, string>> = {
  'orders.create': 'Orders to be opened.',
  'orders.pending': 'Orders to be paid.',
  'billing.payments': 'Payments by which orders are settled.',
  'notifications.orders': 'Settled orders, whose users get a letter.',
  'wallets.deposits': 'Money to be put into wallets.',
};
