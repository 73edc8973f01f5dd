import { hundredEuros, hundredEurosRequested } from './deposit/examples.ts';
import type { DomainEvent, RecordedEvent } from './events.ts';
import { happinessSent, sorrowNotSent } from './notification/examples.ts';
import { pianoCancelled, pianoPending, teapotsPaid, teapotsPending } from './order/examples.ts';
import { piano, pianoRequested, teapots, teapotsRequested } from './orderRequest/examples.ts';
import { teapotsRedriven } from './redrive/examples.ts';
import { teapotsSkipped } from './skip/examples.ts';
import {
  depositStream,
  notificationStream,
  orderRequestStream,
  orderStream,
  redriveStream,
  walletStream,
} from './streams.ts';
import {
  depositRefused,
  hundredEurosDeposited,
  pianoRefused,
  teapotsCharged,
  teapotsOperationId,
} from './wallet/examples.ts';

/** One example of every message, by its type. */
export const exampleOf: { readonly [Type in DomainEvent['type']]: Extract<DomainEvent, { type: Type }> } = {
  OrderCreateRequested: teapotsRequested,
  OrderPending: teapotsPending,
  PaymentProcessed: teapotsCharged,
  OrderPaid: teapotsPaid,
  OrderCancelled: pianoCancelled,
  LetterSent: happinessSent,
  LetterNotSent: sorrowNotSent,
  DepositRequested: hundredEurosRequested,
  FundsDeposited: hundredEurosDeposited,
  DepositRefused: depositRefused,
  RedriveRequested: teapotsRedriven,
  EventSkipped: teapotsSkipped,
};

interface Place {
  readonly id: string;
  readonly stream: string;
  readonly revision?: number;
  readonly cause?: RecordedEvent;
  readonly correlationId: string;
}

/** Puts an event into an imagined log at the `n`-th place: positions are 100 apart, one second passes between events. */
export const recorded = <Event extends DomainEvent>(n: number, event: Event, place: Place) => ({
  ...event,
  id: place.id,
  stream: place.stream,
  revision: place.revision ?? 0,
  position: BigInt(n) * 100n,
  created: new Date(Date.UTC(2026, 0, 1, 12, 0, n)),
  metadata: {
    $correlationId: place.correlationId,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    version: 1,
    policy: 1,
    ...(place.cause === undefined
      ? { actor: { subject: 'alice', role: 'client' } }
      : {
          $causationId: place.cause.id,
          causation: { stream: place.cause.stream, revision: place.cause.revision },
        }),
  },
});

const id = (n: number): string => `00000000-0000-5000-8000-${String(n).padStart(12, '0')}`;
const wallet = walletStream('alice', 'EUR');
const { depositId } = hundredEuros;
const ofDeposit = { correlationId: depositId };
const ofTeapots = { correlationId: teapots.orderId };
const ofPiano = { correlationId: piano.orderId };

const deposit = recorded(1, hundredEurosRequested, { ...ofDeposit, id: id(1), stream: depositStream(depositId) });
const funds = recorded(2, hundredEurosDeposited, { ...ofDeposit, id: id(2), stream: wallet, cause: deposit });

const request = recorded(3, teapotsRequested, { ...ofTeapots, id: id(3), stream: orderRequestStream(teapots.orderId) });
const pending = recorded(4, teapotsPending, {
  ...ofTeapots,
  id: id(4),
  stream: orderStream(teapots.orderId),
  cause: request,
});
const payment = recorded(5, teapotsCharged, {
  ...ofTeapots,
  id: teapotsOperationId,
  stream: wallet,
  revision: 1,
  cause: pending,
});
const paid = recorded(6, teapotsPaid, {
  ...ofTeapots,
  id: id(6),
  stream: orderStream(teapots.orderId),
  revision: 1,
  cause: payment,
});
const letter = recorded(7, happinessSent, {
  ...ofTeapots,
  id: id(7),
  stream: notificationStream(teapots.orderId),
  cause: paid,
});

const request2 = recorded(8, pianoRequested, { ...ofPiano, id: id(8), stream: orderRequestStream(piano.orderId) });
const pending2 = recorded(9, pianoPending, {
  ...ofPiano,
  id: id(9),
  stream: orderStream(piano.orderId),
  cause: request2,
});
const refusal = recorded(10, pianoRefused, { ...ofPiano, id: id(10), stream: wallet, revision: 2, cause: pending2 });
const cancelled = recorded(11, pianoCancelled, {
  ...ofPiano,
  id: id(11),
  stream: orderStream(piano.orderId),
  revision: 1,
  cause: refusal,
});
const noLetter = recorded(12, sorrowNotSent, {
  ...ofPiano,
  id: id(12),
  stream: notificationStream(piano.orderId),
  cause: cancelled,
});

/** The teapots' request sent once more by an operator after everything was done: changes nothing. */
const redrive = recorded(
  13,
  { ...teapotsRedriven, data: { ...teapotsRedriven.data, eventId: request.id } },
  {
    ...ofTeapots,
    id: id(13),
    stream: redriveStream(request.id),
    cause: request,
  },
);

/** A whole little history in log order: Alice gets money, buys teapots, and cannot buy a piano. */
export const history: ReadonlyArray<RecordedEvent> = [
  deposit,
  funds,
  request,
  pending,
  payment,
  paid,
  letter,
  request2,
  pending2,
  refusal,
  cancelled,
  noLetter,
  redrive,
];
