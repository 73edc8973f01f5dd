import { randomUUID } from 'node:crypto';
import { hundredEuros } from '../domain/deposit/examples.ts';
import type { DomainEvent, RecordedEvent } from '../domain/events.ts';
import { exampleOf, recorded } from '../domain/examples.ts';
import { teapots } from '../domain/orderRequest/examples.ts';
import {
  depositStream,
  notificationStream,
  orderRequestStream,
  orderStream,
  redriveStream,
  walletStream,
} from '../domain/streams.ts';

/** Steps of an order or a deposit. */
export const orderSteps = ['requested', 'pending', 'charged', 'paid', 'letter', 'redriven'] as const;
export type OrderStep = (typeof orderSteps)[number];

/** An imagined log that grows event by event; positions are 100 apart. */
export const createImaginedLog = () => {
  let length = 0;
  const write = (event: DomainEvent, stream: string, revision: number, correlationId: string): RecordedEvent =>
    recorded((length += 1), event, { id: randomUUID(), stream, revision, correlationId });

  /** The next event of an order. */
  const ofOrder = (step: OrderStep, orderId: string, userId: string): RecordedEvent => {
    const details = { ...teapots, orderId, userId };
    switch (step) {
      case 'requested':
        return write({ type: 'OrderCreateRequested', data: details }, orderRequestStream(orderId), 0, orderId);
      case 'pending':
        return write({ type: 'OrderPending', data: details }, orderStream(orderId), 0, orderId);
      case 'charged': {
        const charged = { ...exampleOf.PaymentProcessed.data, orderId, userId };
        return write({ type: 'PaymentProcessed', data: charged }, walletStream(userId, 'EUR'), length, orderId);
      }
      case 'paid': {
        const paid = { ...details, operationId: randomUUID() };
        return write({ type: 'OrderPaid', data: paid }, orderStream(orderId), 1, orderId);
      }
      case 'letter':
        return write(
          { ...exampleOf.LetterSent, data: { ...exampleOf.LetterSent.data, orderId } },
          notificationStream(orderId),
          0,
          orderId,
        );
      case 'redriven':
        return write(
          exampleOf.RedriveRequested,
          redriveStream(exampleOf.RedriveRequested.data.eventId),
          length,
          orderId,
        );
    }
  };

  /** A deposit for a user, and its arrival in their wallet. */
  const deposit = (depositId: string, userId: string): readonly [RecordedEvent, RecordedEvent] => {
    const data = { ...hundredEuros, depositId, userId };
    return [
      write({ type: 'DepositRequested', data }, depositStream(depositId), 0, depositId),
      write(
        { type: 'FundsDeposited', data: { ...data, balance: data.amount } },
        walletStream(userId, 'EUR'),
        length,
        depositId,
      ),
    ];
  };

  return { ofOrder, deposit };
};

export type ImaginedLog = ReturnType<typeof createImaginedLog>;
