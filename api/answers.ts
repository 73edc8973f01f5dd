import * as t from 'io-ts';
import { Currency } from '../domain/currency.ts';
import type { EventType } from '../domain/events.ts';
import { Amount, Balance, Count } from '../domain/money.ts';
import { CancelReason, type OrderStatus } from '../domain/order/messages.ts';
import { OrderLine } from '../domain/orderRequest/messages.ts';
import { text, UserId, Uuid } from '../domain/text.ts';
import { RefusalReason } from '../domain/wallet/messages.ts';
import { Day } from './day.ts';

/** Position in the log, in decimal digits: larger than a JSON number can be. */
export const Position = text('Position', /^\d{1,20}$/, 'a position in decimal digits');

export const Time = text('Time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'a time of ISO 8601 in UTC');

/** An order or a deposit that was taken; `position` is that of its event in the log. */
export const PlacedOrder = t.strict(
  { orderId: Uuid, status: t.literal('Requested'), position: Position },
  'PlacedOrder',
);
export const PlacedDeposit = t.strict(
  { depositId: Uuid, status: t.literal('Requested'), position: Position },
  'PlacedDeposit',
);

const statuses: Record<OrderStatus, null> = { Requested: null, Pending: null, Paid: null, Cancelled: null };

/** Where an order stands. */
export const Status = t.keyof(statuses, 'OrderStatus');

/** An order as its user sees it; `total` and unit prices in minor units. */
export const Order = t.intersection(
  [
    t.strict({
      orderId: Uuid,
      userId: UserId,
      status: Status,
      currency: Currency,
      items: t.readonlyArray(OrderLine),
      total: Amount,
      createdAt: Time,
    }),
    t.exact(t.partial({ operationId: Uuid, reason: CancelReason, settledAt: Time })),
  ],
  'Order',
);

/** Who had something handled again, or skipped, and why, is for operators and auditors. */
export type InternalType = 'RedriveRequested' | 'EventSkipped';

/** What can happen to an order. */
export const orderTypes = {
  OrderCreateRequested: null,
  OrderPending: null,
  PaymentProcessed: null,
  OrderPaid: null,
  OrderCancelled: null,
  LetterSent: null,
  LetterNotSent: null,
} as const;

const toldTypes: Record<Exclude<EventType, InternalType>, null> = {
  ...orderTypes,
  DepositRequested: null,
  FundsDeposited: null,
  DepositRefused: null,
};

/** What is told of an order's steps, each named by an event that `EventName` knows. */
export const storyCodecs = <EventName extends t.Mixed>(eventName: EventName) => {
  const step = t.intersection(
    [
      t.strict({ type: eventName, at: Time, meaning: t.string, position: Position }),
      t.exact(t.partial({ status: Status })),
    ],
    'TimelineStep',
  );
  return {
    TimelineStep: step,
    OrderWithTimeline: t.intersection([Order, t.strict({ timeline: t.readonlyArray(step) })], 'OrderWithTimeline'),
    StoryEvent: t.intersection([step, t.strict({ orderId: Uuid })], 'StoryEvent'),
  };
};

const exact = storyCodecs(t.keyof(toldTypes, 'EventType'));

/** One step of an order's story: which event, when, what it means, and where the order stands since. */
export const TimelineStep = exact.TimelineStep;

/** An order with how it came to stand where it does, oldest step first. */
export const OrderWithTimeline = exact.OrderWithTimeline;

/** An event of an order's story, as event streams tell it. */
export const StoryEvent = exact.StoryEvent;

/** A ticket for event streams, to be put into the query for a client that can send no header; good until `expiresAt`. */
export const Ticket = t.strict({ ticket: t.string, expiresAt: Time }, 'Ticket');

/** Where the next page of a list begins; only lists of the same query know what to do with it. */
export const Cursor = text('Cursor', /^[A-Za-z0-9_-]{1,64}$/, 'a cursor as a list gave it');

/** A page of the caller's orders, newest first; no `next` on the last one. */
export const Orders = t.intersection(
  [t.strict({ orders: t.readonlyArray(Order) }), t.exact(t.partial({ next: Cursor }))],
  'Orders',
);

/** What the caller holds in one currency, in minor units. */
export const Wallet = t.strict({ currency: Currency, balance: Balance }, 'Wallet');

/** What the caller holds in every currency that anything was ever paid into or asked of, by currency. */
export const Wallets = t.strict({ wallets: t.readonlyArray(Wallet) }, 'Wallets');

const moved = { operationId: Uuid, amount: Amount, balance: Balance, at: Time };

/** Something that moved money: what, how much, and what the wallet held afterwards, in minor units. */
export const Operation = t.union(
  [
    t.strict({ kind: t.literal('Deposit'), ...moved, depositId: Uuid }),
    t.strict({ kind: t.literal('Payment'), ...moved, orderId: Uuid }),
  ],
  'Operation',
);

/** A page of what moved money in one of the caller's wallets, newest first; no `next` on the last one. */
export const Operations = t.intersection(
  [t.strict({ operations: t.readonlyArray(Operation) }), t.exact(t.partial({ next: Cursor }))],
  'Operations',
);

/** Whether a deposit is in the wallet; `amount` in minor units. */
export const Deposit = t.intersection(
  [
    t.strict({
      depositId: Uuid,
      userId: UserId,
      currency: Currency,
      amount: Amount,
      status: t.keyof({ Requested: null, Deposited: null, Refused: null }),
      requestedAt: Time,
    }),
    t.exact(t.partial({ reason: RefusalReason, settledAt: Time })),
  ],
  'Deposit',
);

/** A sum in minor units, in decimal digits: larger than a JSON number can be. */
const Total = text('Total', /^\d{1,30}$/, 'a whole number of minor units in decimal digits');

const OrderSum = t.strict({ orders: Count, total: Total }, 'OrderSum');

/** What happened to orders of one currency on one UTC day. */
const OrderDay = t.strict({ day: Day, placed: OrderSum, paid: OrderSum, cancelled: OrderSum }, 'OrderDay');

/** Orders of a currency by day, oldest first, from one day to another, both included; not the days on which nothing happened. */
export const OrdersPerDay = t.strict(
  { currency: Currency, from: Day, to: Day, days: t.readonlyArray(OrderDay) },
  'OrdersPerDay',
);

const Check = t.strict({ ok: t.boolean }, 'Check');

/** Whether the gateway can do its work: what it needs, and whether that answers. */
export const Health = t.strict({ eventStore: Check, database: Check }, 'Health');

/** What the gateway answers when something is wrong (RFC 9457), with the ids of what it is about. */
export const Problem = t.intersection(
  [
    t.strict({ type: t.string, title: t.string, status: t.number, detail: t.string }),
    t.exact(
      t.partial({
        errors: t.readonlyArray(t.strict({ pointer: t.string, detail: t.string })),
        orderId: Uuid,
        depositId: Uuid,
        position: Position,
        after: Position,
      }),
    ),
  ],
  'Problem',
);

/** What is said at the URI of a problem type. */
export const ProblemType = t.strict(
  { type: t.string, title: t.string, status: t.number, meaning: t.string, remedy: t.string },
  'ProblemType',
);

export type PlacedOrder = t.TypeOf<typeof PlacedOrder>;
export type PlacedDeposit = t.TypeOf<typeof PlacedDeposit>;
export type Order = t.TypeOf<typeof Order>;
export type TimelineStep = t.TypeOf<typeof TimelineStep>;
export type StoryEvent = t.TypeOf<typeof StoryEvent>;
export type Ticket = t.TypeOf<typeof Ticket>;
export type OrderWithTimeline = t.TypeOf<typeof OrderWithTimeline>;
export type Orders = t.TypeOf<typeof Orders>;
export type Wallet = t.TypeOf<typeof Wallet>;
export type Wallets = t.TypeOf<typeof Wallets>;
export type Operation = t.TypeOf<typeof Operation>;
export type Operations = t.TypeOf<typeof Operations>;
export type Deposit = t.TypeOf<typeof Deposit>;
export type OrdersPerDay = t.TypeOf<typeof OrdersPerDay>;
export type Problem = t.TypeOf<typeof Problem>;
export type ProblemType = t.TypeOf<typeof ProblemType>;
