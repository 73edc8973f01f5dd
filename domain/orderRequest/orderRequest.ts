import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import type { Decider } from '../decider.ts';
import type { OrderCreateRequested, OrderDetails } from './messages.ts';

/** The request as it was stored, or nothing yet. */
export type OrderRequest = { readonly status: 'None' } | { readonly status: 'Requested'; readonly order: OrderDetails };

/** Ask for an order. Owned by the gateway; stream `orderRequest-{orderId}`, one event at most. */
export type RequestOrder = { readonly type: 'RequestOrder'; readonly order: OrderDetails };

const initial: OrderRequest = { status: 'None' };

const decide: Decider<RequestOrder, OrderRequest, OrderCreateRequested>['decide'] = (command, state) => {
  switch (state.status) {
    case 'None':
      return E.right(O.some({ type: 'OrderCreateRequested', data: command.order }));
    case 'Requested':
      return E.left({ reason: `Expected no request for order ${command.order.orderId} yet, found one` });
  }
};

const evolve = (_: OrderRequest, event: OrderCreateRequested): OrderRequest => ({
  status: 'Requested',
  order: event.data,
});

export const orderRequest: Decider<RequestOrder, OrderRequest, OrderCreateRequested> = { initial, decide, evolve };
