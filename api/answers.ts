import * as t from 'io-ts';
import { Currency } from '../domain/currency.ts';
import { Amount, Balance } from '../domain/money.ts';
import { CancelReason, type OrderStatus } from '../domain/order/messages.ts';
import { OrderLine } from '../domain/orderRequest/messages.ts';
import { text, UserId, Uuid } from '../domain/text.ts';
import { RefusalReason } from '../domain/wallet/messages.ts';

/** Position in the log, in decimal digits: larger than a JSON number can be. */
export const Position = text('Position', /^\d{1,20}$/, 'a position in decimal digits');

const Time = text('Time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'a time of ISO 8601 in UTC');

/** An order or a deposit that was taken; `position` is that of its event in the log. */
export const PlacedOrder = t.strict({ orderId: Uuid, status: t.literal('Requested'), position: Position });
export const PlacedDeposit = t.strict({ depositId: Uuid, status: t.literal('Requested'), position: Position });

const statuses: Record<OrderStatus, null> = { Requested: null, Pending: null, Paid: null, Cancelled: null };

/** An order as its user sees it; `total` and unit prices in minor units. */
export const Order = t.intersection([
  t.strict({
    orderId: Uuid,
    userId: UserId,
    status: t.keyof(statuses),
    currency: Currency,
    items: t.readonlyArray(OrderLine),
    total: Amount,
    createdAt: Time,
  }),
  t.exact(t.partial({ operationId: Uuid, reason: CancelReason, settledAt: Time })),
]);

/** What the caller holds in one currency, in minor units. */
export const Wallet = t.strict({ currency: Currency, balance: Balance });

/** Whether a deposit is in the wallet; `amount` in minor units. */
export const Deposit = t.intersection([
  t.strict({
    depositId: Uuid,
    userId: UserId,
    currency: Currency,
    amount: Amount,
    status: t.keyof({ Requested: null, Deposited: null, Refused: null }),
    requestedAt: Time,
  }),
  t.exact(t.partial({ reason: RefusalReason, settledAt: Time })),
]);

/** What the gateway answers when something is wrong (RFC 9457), with the ids of what it is about. */
export const Problem = t.intersection([
  t.strict({ type: t.string, title: t.string, status: t.number, detail: t.string }),
  t.exact(
    t.partial({
      errors: t.readonlyArray(t.strict({ pointer: t.string, detail: t.string })),
      orderId: Uuid,
      depositId: Uuid,
    }),
  ),
]);

export type PlacedOrder = t.TypeOf<typeof PlacedOrder>;
export type PlacedDeposit = t.TypeOf<typeof PlacedDeposit>;
export type Order = t.TypeOf<typeof Order>;
export type Wallet = t.TypeOf<typeof Wallet>;
export type Deposit = t.TypeOf<typeof Deposit>;
export type Problem = t.TypeOf<typeof Problem>;
