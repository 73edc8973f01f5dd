import * as t from 'io-ts';
import { OrderDetails } from '../orderRequest/messages.ts';
import { Uuid } from '../text.ts';

/** Why an order was not paid. */
export const CancelReason = t.keyof({ InsufficientFunds: null }, 'CancelReason');
export type CancelReason = t.TypeOf<typeof CancelReason>;

/** The order is accepted and waits for its payment. */
export const OrderPending = OrderDetails;

/** The order is paid; `operationId` is the id of the `PaymentProcessed` event. */
export const OrderPaid = t.intersection([OrderDetails, t.strict({ operationId: Uuid })], 'OrderPaid');

/** The order will not be paid. */
export const OrderCancelled = t.intersection([OrderDetails, t.strict({ reason: CancelReason })], 'OrderCancelled');

export type OrderPending = { readonly type: 'OrderPending'; readonly data: t.TypeOf<typeof OrderPending> };
export type OrderPaid = { readonly type: 'OrderPaid'; readonly data: t.TypeOf<typeof OrderPaid> };
export type OrderCancelled = { readonly type: 'OrderCancelled'; readonly data: t.TypeOf<typeof OrderCancelled> };

/** What goes out on `notifications.orders`. */
export type OrderUpdateMessage = OrderPaid | OrderCancelled;
export type OrderEvent = OrderPending | OrderUpdateMessage;

/** Where an order stands; `Requested` until orders has taken it from `orders.create`. */
export type OrderStatus = 'Requested' | 'Pending' | 'Paid' | 'Cancelled';
