import { ofType } from '../../domain/events.ts';
import { order, type Order, type OrderCommand } from '../../domain/order/order.ts';
import { orderStream } from '../../domain/streams.ts';
import type { EventStore } from '../../eventstore/connection.ts';
import type { ConsumerSettings } from '../../eventstore/consumer.ts';
import { eventId } from '../../eventstore/eventId.ts';
import { readForwards } from '../../eventstore/read.ts';
import { createRepository, type Repository } from '../../eventstore/repository.ts';
import { serve, type Handlers } from '../service.ts';

export const createOrders = (store: EventStore): Repository<OrderCommand, Order> =>
  createRepository({
    store,
    decider: order,
    owns: ofType('OrderPending', 'OrderPaid', 'OrderCancelled'),
    load: (log, stream) => readForwards(log, stream),
  });

/** Orders opens what was requested and settles it when its payment is known. */
export const handlers = (orders: Repository<OrderCommand, Order>): Handlers<'orders.create' | 'billing.payments'> => ({
  'orders.create': (message) => {
    const stream = orderStream(message.data.orderId);
    const command: OrderCommand = { type: 'OpenOrder', order: message.data, requestId: message.id };
    return orders.handle({ stream, command, id: eventId('pending', stream, message.id), cause: message });
  },
  'billing.payments': (message) => {
    const stream = orderStream(message.data.orderId);
    const command: OrderCommand = {
      type: 'SettleOrder',
      payment: message.data,
      paymentId: message.id,
      paymentCause: message.metadata.$causationId,
    };
    return orders.handle({ stream, command, id: eventId('settlement', stream, message.id), cause: message });
  },
});

export interface OrdersDependencies {
  readonly eventStore: EventStore;
  readonly settings?: Partial<ConsumerSettings>;
}

export const start = ({ eventStore: store, settings }: OrdersDependencies) =>
  Promise.resolve(serve(handlers(createOrders(store)), { store, settings }));
