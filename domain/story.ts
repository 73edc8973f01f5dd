import type { EventOf, RecordedEvent } from './events.ts';
import type { Actor } from './metadata.ts';
import { format } from './money.ts';
import type { OrderStatus } from './order/messages.ts';

/** One step of a story. */
export interface Step {
  readonly event: RecordedEvent;
  /** What happened, in words. */
  readonly meaning: string;
  readonly causedBy: string | undefined;
  readonly actor: Actor | undefined;
  /** Milliseconds between the causing event and this one, where the cause is part of the story. */
  readonly took: number | undefined;
  /** Where the order stands after this step; undefined before there is one. */
  readonly status: OrderStatus | undefined;
}

const payment = ({ data }: EventOf<'PaymentProcessed'>): string =>
  data.paid
    ? `the wallet paid ${format(data.amount, data.currency)} and holds ${format(data.balance, data.currency)}`
    : `the wallet could not pay ${format(data.amount, data.currency)}: it holds ${format(data.balance, data.currency)}`;

const meaningOf = (event: RecordedEvent): string => {
  switch (event.type) {
    case 'OrderCreateRequested':
      return `${event.data.userId} asked for an order of ${format(event.data.total, event.data.currency)}`;
    case 'OrderPending':
      return 'the order waits for its payment';
    case 'PaymentProcessed':
      return payment(event);
    case 'OrderPaid':
      return `the order is paid by operation ${event.data.operationId}`;
    case 'OrderCancelled':
      return `the order is cancelled: ${event.data.reason}`;
    case 'LetterSent':
      return `the letter of ${event.data.letter} is sent`;
    case 'LetterNotSent':
      return `the letter of ${event.data.letter} is not sent: ${event.data.reason}`;
    case 'DepositRequested':
      return `a deposit of ${format(event.data.amount, event.data.currency)} for ${event.data.userId} was asked for`;
    case 'FundsDeposited':
      return `the wallet holds ${format(event.data.balance, event.data.currency)}`;
    case 'DepositRefused':
      return `the deposit is refused: ${event.data.reason}`;
    case 'RedriveRequested':
      return `${event.data.by} had ${event.data.topic} handle it again: ${event.data.reason}`;
    case 'EventSkipped':
      return `${event.data.by} had the read model ${event.data.projection} do without ${event.data.type}: ${event.data.reason}`;
  }
};

const statusAfter = (before: OrderStatus | undefined, event: RecordedEvent): OrderStatus | undefined => {
  switch (event.type) {
    case 'OrderCreateRequested':
      return 'Requested';
    case 'OrderPending':
      return 'Pending';
    case 'OrderPaid':
      return 'Paid';
    case 'OrderCancelled':
      return 'Cancelled';
    case 'PaymentProcessed':
    case 'LetterSent':
    case 'LetterNotSent':
    case 'DepositRequested':
    case 'FundsDeposited':
    case 'DepositRefused':
    case 'RedriveRequested':
    case 'EventSkipped':
      return before;
  }
};

/** Compares events by where they stand in the log. */
export const byPosition = (a: RecordedEvent, b: RecordedEvent): number =>
  a.position < b.position ? -1 : Number(a.position > b.position);

/**
 * The story of one order or deposit: what happened, when, caused by what, and where it stood then. Takes its events in
 * any order. Timeline, event stream, audit and trace are renderings of it.
 */
export const story = (events: ReadonlyArray<RecordedEvent>): ReadonlyArray<Step> => {
  const times = new Map(events.map((event) => [event.id, event.created.getTime()]));
  let status: OrderStatus | undefined;
  return [...events].sort(byPosition).map((event) => {
    const { $causationId: causedBy, actor } = event.metadata;
    const causedAt = causedBy === undefined ? undefined : times.get(causedBy);
    status = statusAfter(status, event);
    const took = causedAt === undefined ? undefined : event.created.getTime() - causedAt;
    return { event, meaning: meaningOf(event), causedBy, actor, took, status };
  });
};
