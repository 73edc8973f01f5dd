import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts';
import { OrderInput } from '../../api/inputs.ts';
import { problemTypes } from '../../api/problems.ts';
import { totalOf } from '../../domain/money.ts';
import { orderRequest } from '../../domain/orderRequest/orderRequest.ts';
import type { OrderDetails } from '../../domain/orderRequest/messages.ts';
import { orderRequestStream } from '../../domain/streams.ts';
import { UserId, Uuid } from '../../domain/text.ts';
import { timelines, timelineQueries } from '../../projections/readModels/timelines.ts';
import type { Answer } from '../http/answer.ts';
import { decodeInput } from '../http/body.ts';
import { problem } from '../http/problem.ts';
import type { Caller } from './caller.ts';
import { orderOf } from './orderView.ts';
import { placing } from './placing.ts';
import { reading } from './reading.ts';
import { firstEvent } from './record.ts';
import { callerOf } from './token.ts';

const NamesUser = t.type({ userId: t.string });

const foreignUser = problem(
  problemTypes.foreignUser,
  'The userId must be your own: the one that your token names as its sub',
);

/** Refuses an order for somebody else before anything else is said about it. Whoever gives their `sub` means themselves. */
const forOneself =
  ({ userId, subject }: Caller) =>
  (body: unknown): E.Either<Answer, unknown> => {
    if (!NamesUser.is(body)) return E.right(body);
    if (body.userId === userId || body.userId === subject) return E.right({ ...body, userId });
    return UserId.is(body.userId) ? E.left(foreignUser) : E.right(body);
  };

const detailsOf = (orderId: string, input: t.TypeOf<typeof OrderInput>): OrderDetails => {
  const total = totalOf(input.items);
  if (total === undefined) throw new Error('Expected input whose total is a safe integer');
  return { orderId, ...input, total };
};

/** `POST /orders` */
export const placeOrder = placing({
  kind: 'order',
  role: 'client',
  inputOf: (context, body) => pipe(forOneself(callerOf(context))(body), E.chain(decodeInput(OrderInput))),
  eventOf: (orderId, input) => firstEvent(orderRequest, { type: 'RequestOrder', order: detailsOf(orderId, input) }),
  streamOf: orderRequestStream,
  settled: (changes, orderId, signal) => changes.settledOrder(orderId, signal),
});

const orderNotFound = problem(problemTypes.orderNotFound, 'No order of yours has this id');

/** `GET /orders/{orderId}`: one's own. Somebody else's is not told from an unknown one. */
export const showOrder = reading({
  projection: timelines,
  queries: timelineQueries,
  inputOf: ({ params: { orderId } }) => (Uuid.is(orderId) ? E.right(orderId) : E.left(orderNotFound)),
  query: ({ timelineOf }, orderId) => timelineOf(orderId),
  answer: (events, orderId, { userId }) => {
    const order = orderOf(events);
    return order?.userId === userId ? { status: 200, body: order, about: { orderId } } : orderNotFound;
  },
});
