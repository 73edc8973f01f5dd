import * as t from 'io-ts';
import { Currency } from '../currency.ts';
import { Amount, Quantity } from '../money.ts';
import { Sku, UserId, Uuid } from '../text.ts';

/** One line of an order; `unitPrice` in minor units of the order's currency. */
export const OrderLine = t.strict({ sku: Sku, quantity: Quantity, unitPrice: Amount }, 'OrderLine');
export type OrderLine = t.TypeOf<typeof OrderLine>;

/** What is ordered, by whom and for how much: carried by every event that a later step needs it from. */
export const OrderDetails = t.strict(
  { orderId: Uuid, userId: UserId, currency: Currency, items: t.readonlyArray(OrderLine), total: Amount },
  'OrderDetails',
);
export type OrderDetails = t.TypeOf<typeof OrderDetails>;

/** A client asked for an order. Nothing is promised yet. */
export const OrderCreateRequested = OrderDetails;
export type OrderCreateRequested = { readonly type: 'OrderCreateRequested'; readonly data: OrderDetails };
