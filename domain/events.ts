import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { DepositRequested } from './deposit/messages.ts';
import type { Metadata } from './metadata.ts';
import { LetterNotSent, LetterSent } from './notification/messages.ts';
import { OrderCancelled, OrderPaid, OrderPending } from './order/messages.ts';
import { OrderCreateRequested } from './orderRequest/messages.ts';
import { RedriveRequested } from './redrive/messages.ts';
import { EventSkipped } from './skip/messages.ts';
import {
  depositStream,
  notificationStream,
  orderRequestStream,
  orderStream,
  redriveStream,
  skipStream,
  walletStream,
  type Category,
} from './streams.ts';
import { DepositRefused, FundsDeposited, PaymentProcessed } from './wallet/messages.ts';

/**
 * One kind of event. `version` is the newest payload this code knows; `category` and `stream` name the owner's streams
 * and the very one that an event with these data must stand in. A payload that changes shape gets a higher version and an upcast from the older one.
 */
const define = <const Type extends string, Data>(
  type: Type,
  version: number,
  category: Category,
  codec: t.Type<Data, unknown>,
  stream: (data: Data) => string,
) => ({
  version,
  category,
  codec,
  /** Decodes stored data: the event and the stream it belongs into, or every fault. */
  read: (stored: unknown) =>
    E.map((data: Data) => ({ event: { type, data }, stream: stream(data) }))(codec.decode(stored)),
});

/** Every event of the product. The names are the storage format: never changed. */
export const events = {
  OrderCreateRequested: define('OrderCreateRequested', 1, 'orderRequest', OrderCreateRequested, (d) =>
    orderRequestStream(d.orderId),
  ),
  OrderPending: define('OrderPending', 1, 'order', OrderPending, (d) => orderStream(d.orderId)),
  OrderPaid: define('OrderPaid', 1, 'order', OrderPaid, (d) => orderStream(d.orderId)),
  OrderCancelled: define('OrderCancelled', 1, 'order', OrderCancelled, (d) => orderStream(d.orderId)),
  PaymentProcessed: define('PaymentProcessed', 1, 'wallet', PaymentProcessed, (d) =>
    walletStream(d.userId, d.currency),
  ),
  DepositRequested: define('DepositRequested', 1, 'deposit', DepositRequested, (d) => depositStream(d.depositId)),
  FundsDeposited: define('FundsDeposited', 1, 'wallet', FundsDeposited, (d) => walletStream(d.userId, d.currency)),
  DepositRefused: define('DepositRefused', 1, 'wallet', DepositRefused, (d) => walletStream(d.userId, d.currency)),
  LetterSent: define('LetterSent', 1, 'notification', LetterSent, (d) => notificationStream(d.orderId)),
  LetterNotSent: define('LetterNotSent', 1, 'notification', LetterNotSent, (d) => notificationStream(d.orderId)),
  RedriveRequested: define('RedriveRequested', 1, 'redrive', RedriveRequested, (d) => redriveStream(d.eventId)),
  EventSkipped: define('EventSkipped', 1, 'skip', EventSkipped, (d) => skipStream(d.projection)),
};

export type EventType = keyof typeof events;

/** An event as it is decided: its type and its data. */
export type DomainEvent = {
  [Type in EventType]: { readonly type: Type; readonly data: t.TypeOf<(typeof events)[Type]['codec']> };
}[EventType];

export type EventOf<Type extends EventType> = Extract<DomainEvent, { type: Type }>;

/** Where and when the log holds an event. */
export interface Recorded {
  readonly id: string;
  readonly stream: string;
  /** Number of the event in its stream, from 0. */
  readonly revision: number;
  /** Commit position in the whole log. */
  readonly position: bigint;
  /** The store's own time. */
  readonly created: Date;
  readonly metadata: Metadata;
}

/** An event as it is read back. */
export type RecordedEvent<Type extends EventType = EventType> = {
  [T in Type]: EventOf<T> & Recorded;
}[Type];

export const isEventType = (type: string): type is EventType => Object.hasOwn(events, type);

/** An event and the stream that its data say it must stand in. */
interface Placed {
  readonly event: DomainEvent;
  readonly stream: string;
}

/** Decodes the stored data of an event of `type`, or answers with every fault. Unknown fields are dropped. */
export const read = (type: EventType, stored: unknown): t.Validation<Placed> => events[type].read(stored);

/** A guard for the events of the given types. */
export const ofType =
  <const Type extends EventType>(...types: ReadonlyArray<Type>) =>
  <Event extends DomainEvent>(event: Event): event is Event & EventOf<Type> =>
    types.some((type) => type === event.type);
