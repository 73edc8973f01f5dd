import type { RecordedEvent } from '../../domain/events.ts';
import { notification, type Notification } from '../../domain/notification/notification.ts';
import { order, type Order } from '../../domain/order/order.ts';
import { orderRequest, type OrderRequest } from '../../domain/orderRequest/orderRequest.ts';
import { wallet, type Wallet } from '../../domain/wallet/wallet.ts';

/** What each service that has to do with an order knows of it. */
export interface OrderState {
  readonly request: OrderRequest;
  readonly order: Order;
  /** The wallet after its entry for the order; undefined before there is one. */
  readonly wallet: (Wallet & { readonly currency: string }) | undefined;
  readonly letter: Notification;
}

export const initial: OrderState = {
  request: orderRequest.initial,
  order: order.initial,
  wallet: undefined,
  letter: notification.initial,
};

/** The state after one more event, by the `evolve` of the service that owns the event. */
export const evolve = (state: OrderState, event: RecordedEvent): OrderState => {
  switch (event.type) {
    case 'OrderCreateRequested':
      return { ...state, request: orderRequest.evolve(state.request, event) };
    case 'OrderPending':
    case 'OrderPaid':
    case 'OrderCancelled':
      return { ...state, order: order.evolve(state.order, event) };
    case 'PaymentProcessed':
    case 'FundsDeposited':
    case 'DepositRefused':
      return {
        ...state,
        wallet: { ...wallet.evolve(state.wallet ?? wallet.initial, event), currency: event.data.currency },
      };
    case 'LetterSent':
    case 'LetterNotSent':
      return { ...state, letter: notification.evolve(state.letter, event) };
    case 'DepositRequested':
    case 'RedriveRequested':
    case 'EventSkipped':
      return state;
  }
};
