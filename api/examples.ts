import type * as t from 'io-ts';
import { hundredEuros } from '../domain/deposit/examples.ts';
import { history } from '../domain/examples.ts';
import type { OrderDetails } from '../domain/orderRequest/messages.ts';
import { piano, teapots } from '../domain/orderRequest/examples.ts';
import { story, type Step } from '../domain/story.ts';
import { teapotsOperationId } from '../domain/wallet/examples.ts';
import type {
  Deposit,
  Operations,
  Order,
  Orders,
  OrdersPerDay,
  OrderWithTimeline,
  PlacedDeposit,
  PlacedOrder,
  ProblemType,
  StoryEvent,
  Ticket,
  Wallet,
  Wallets,
} from './answers.ts';
import type { DepositBody, OrderInput } from './inputs.ts';
import { problemTexts } from './problemTexts.ts';
import { problemTypes } from './problems.ts';
import type { Profile } from './profile.ts';
import { timelineOf } from './timeline.ts';

// What the interface would say of the little history that domain/examples.ts tells.

const stepsOf = (id: string): ReadonlyArray<Step> =>
  story(history.filter(({ metadata }) => metadata.$correlationId === id));

const stepOf = (id: string, type: Step['event']['type']): Step => {
  const step = stepsOf(id).find(({ event }) => event.type === type);
  if (step === undefined) throw new Error(`Expected the examples to hold ${type} of ${id}`);
  return step;
};

const timeOf = (id: string, type: Step['event']['type']): string => stepOf(id, type).event.created.toISOString();

const positionOf = (id: string, type: Step['event']['type']): string => String(stepOf(id, type).event.position);

const requested = (details: OrderDetails) => ({
  ...details,
  createdAt: timeOf(details.orderId, 'OrderCreateRequested'),
});

export const orderInput: t.TypeOf<typeof OrderInput> = {
  userId: teapots.userId,
  currency: teapots.currency,
  items: teapots.items,
};

export const placedOrder: PlacedOrder = {
  orderId: teapots.orderId,
  status: 'Requested',
  position: positionOf(teapots.orderId, 'OrderCreateRequested'),
};

export const paidOrder: Order = {
  ...requested(teapots),
  status: 'Paid',
  operationId: teapotsOperationId,
  settledAt: timeOf(teapots.orderId, 'OrderPaid'),
};

export const cancelledOrder: Order = {
  ...requested(piano),
  status: 'Cancelled',
  reason: 'InsufficientFunds',
  settledAt: timeOf(piano.orderId, 'OrderCancelled'),
};

export const paidOrderWithTimeline: OrderWithTimeline = {
  ...paidOrder,
  timeline: timelineOf(stepsOf(teapots.orderId).map(({ event }) => event)),
};

const [paidStep] = timelineOf([stepOf(teapots.orderId, 'OrderPaid').event]);
if (paidStep === undefined) throw new Error('Expected clients to be told of OrderPaid');

/** As an event stream tells that the teapots are paid. */
export const storyEvent: StoryEvent = { ...paidStep, orderId: teapots.orderId };

export const orders: Orders = { orders: [cancelledOrder, paidOrder] };

export const depositBody: t.TypeOf<typeof DepositBody> = { amount: hundredEuros.amount };

export const placedDeposit: PlacedDeposit = {
  depositId: hundredEuros.depositId,
  status: 'Requested',
  position: positionOf(hundredEuros.depositId, 'DepositRequested'),
};

export const deposited: Deposit = {
  ...hundredEuros,
  status: 'Deposited',
  requestedAt: timeOf(hundredEuros.depositId, 'DepositRequested'),
  settledAt: timeOf(hundredEuros.depositId, 'FundsDeposited'),
};

export const wallet: Wallet = { currency: 'EUR', balance: 4500 };

export const wallets: Wallets = { wallets: [wallet] };

export const operations: Operations = {
  operations: [
    {
      kind: 'Payment',
      operationId: teapotsOperationId,
      orderId: teapots.orderId,
      amount: teapots.total,
      balance: wallet.balance,
      at: timeOf(teapots.orderId, 'PaymentProcessed'),
    },
    {
      kind: 'Deposit',
      operationId: stepOf(hundredEuros.depositId, 'FundsDeposited').event.id,
      depositId: hundredEuros.depositId,
      amount: hundredEuros.amount,
      balance: hundredEuros.amount,
      at: timeOf(hundredEuros.depositId, 'FundsDeposited'),
    },
  ],
};

export const ordersPerDay: OrdersPerDay = {
  currency: 'EUR',
  from: '2026-01-01',
  to: '2026-01-31',
  days: [
    {
      day: paidOrder.createdAt.slice(0, 10),
      placed: { orders: 2, total: String(teapots.total + piano.total) },
      paid: { orders: 1, total: String(teapots.total) },
      cancelled: { orders: 1, total: String(piano.total) },
    },
  ],
};

export const orderNotFound: ProblemType = {
  ...problemTypes.orderNotFound,
  ...problemTexts.orderNotFound,
};

export const ticket: Ticket = {
  ticket: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.Zm9yIHNob3cgb25seQ',
  expiresAt: '2026-01-01T12:01:00.000Z',
};

export const profile: Profile = { name: 'Alice Liddell', email: 'alice@example.com' };
