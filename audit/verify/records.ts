import type { DepositRequested } from '../../domain/deposit/messages.ts';
import type { RecordedEvent } from '../../domain/events.ts';
import { order, type Order } from '../../domain/order/order.ts';
import type { OrderDetails } from '../../domain/orderRequest/messages.ts';
import type { PaymentProcessed } from '../../domain/wallet/messages.ts';

/** An event, as far as later ones refer to it. `at`: milliseconds since the epoch. */
export interface Mark {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: bigint;
  readonly at: number;
}

export const markOf = ({ id, stream, revision, position, created }: RecordedEvent): Mark => ({
  id,
  stream,
  revision,
  position,
  at: created.getTime(),
});

/** What is kept of an order while the log is read: what an invariant of a later event asks for, and no more. */
export interface OrderRecord {
  /** State by the services' own `evolve`. */
  readonly state: Order;
  readonly request?: Mark;
  /** What was requested, until it was opened: from then on the state says it. */
  readonly requested?: OrderDetails;
  readonly pending?: Mark;
  readonly payment?: Mark & { readonly data: PaymentProcessed['data'] };
  readonly settlement?: Mark & { readonly type: 'OrderPaid' | 'OrderCancelled' };
  readonly letter?: Mark;
  /** Where it stands in the log: its latest event. */
  readonly latest?: Mark;
  /** One of its events cannot be read, so that nobody can say what it lacks. */
  readonly unreadable?: true;
  /** The read model does without one of its events, as somebody has decided. */
  readonly skipped?: true;
}

export const newOrder: OrderRecord = { state: order.initial };

export interface DepositRecord {
  readonly request?: Mark;
  readonly requested?: DepositRequested['data'];
  readonly entry?: Mark;
  readonly unreadable?: true;
}

export const newDeposit: DepositRecord = {};

export interface WalletRecord {
  /** Minor units. Undefined after an entry that cannot be read, or that is missing. */
  readonly balance: number | undefined;
  /** Of the latest entry, -1 before the first. */
  readonly revision: number;
  readonly position: bigint;
  /** How many entries moved money. */
  readonly moves: number;
  readonly skipped?: true;
}

export const newWallet: WalletRecord = { balance: 0, revision: -1, position: -1n, moves: 0 };

/** The order's details as the log says them, or undefined while it has said nothing that can be read. */
export const detailsOf = ({ state, requested }: OrderRecord): OrderDetails | undefined =>
  state.status === 'None' ? requested : state.order;
