import type { RouterContext } from '@koa/router';
import * as E from 'fp-ts/lib/Either.js';
import type { StoryEvent } from '../../api/answers.ts';
import { problemTypes } from '../../api/problems.ts';
import { endsStory, timelineOf } from '../../api/timeline.ts';
import { ofType, type RecordedEvent } from '../../domain/events.ts';
import { orderRequestStream } from '../../domain/streams.ts';
import { Uuid } from '../../domain/text.ts';
import { beginning } from '../../eventstore/allSubscription.ts';
import type { EventStore } from '../../eventstore/connection.ts';
import { Unavailable } from '../../eventstore/faults.ts';
import { readEvent } from '../../eventstore/read.ts';
import type { Shown } from '../../projections/liveQuery.ts';
import { timelineQueries } from '../../projections/readModels/timelines.ts';
import type { Answer } from '../http/answer.ts';
import { problem } from '../http/problem.ts';
import { beyondLog, givenPosition, positionToken } from './logPosition.ts';
import type { Means } from './means.ts';
import type { ServerSentEvent } from './sse.ts';
import { callerOf } from './token.ts';

type WatchMeans = Pick<Means, 'eventStore' | 'logEnd' | 'query' | 'changes' | 'eventStreams'>;

const notFound = problem(problemTypes.orderNotFound, 'No order of yours has this id');

const malformed = problem(
  problemTypes.invalidPosition,
  'Expected the id of an event, or another position, as Last-Event-ID or after',
);

/** Position of the last event that the client knows. A browser's page that opens an EventSource anew can send no header. */
const lastKnown = (context: RouterContext): E.Either<Answer, bigint | undefined> =>
  givenPosition(context.get('Last-Event-ID') || context.query['after'], malformed);

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** A story of one event tells its status where the event changes it, whatever was told before. */
const serverSentEvents = (event: RecordedEvent): ReadonlyArray<ServerSentEvent> =>
  timelineOf([event]).map((step) => {
    const data: StoryEvent = { ...step, orderId: event.metadata.$correlationId };
    return { id: step.position, type: step.type, data };
  });

/** What is told of events to a client that knows those up to `after`, until the one that ends the story, told or known. */
async function* telling(
  events: AsyncIterable<RecordedEvent>,
  after: bigint,
  ends: (event: RecordedEvent) => boolean,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  for await (const event of events) {
    if (event.position > after) yield* serverSentEvents(event);
    if (ends(event)) return;
  }
}

/** While the read model is away the log tells whose an order is, and the stream begins when it is back. */
const nothingShown = (error: unknown): Shown<ReadonlyArray<RecordedEvent>> => {
  if (error instanceof Unavailable) return { position: beginning, found: [] };
  throw error;
};

/** The log is asked only for an order that the read model does not show yet: a client may ask at once. */
const ownerOf = async (
  eventStore: EventStore,
  orderId: string,
  shown: ReadonlyArray<RecordedEvent>,
): Promise<string | undefined> => {
  const isRequest = ofType('OrderCreateRequested');
  const event = shown.find(isRequest) ?? (await readEvent(eventStore, orderRequestStream(orderId), 0));
  return event !== undefined && isRequest(event) ? event.data.userId : undefined;
};

/** `GET /orders/{orderId}/events`: one's own, from the beginning or after what the client knows, until its letter. */
export const watchOrder =
  ({ eventStore, logEnd, query, changes, eventStreams }: WatchMeans) =>
  async (context: RouterContext): Promise<Answer> => {
    const { orderId } = context.params;
    const { userId } = callerOf(context);
    const known = lastKnown(context);
    if (E.isLeft(known)) return known.left;
    if (!Uuid.is(orderId)) return notFound;
    const { position, found } = await timelineQueries(query).timelineOf(orderId).catch(nothingShown);
    if ((await ownerOf(eventStore, orderId, found)) !== userId) return notFound;
    const about = { orderId };
    const after = known.right ?? beginning;
    // Before 204, which would say that all has been told: an id from another log, or from before a backup was put back, is
    // of a client that was told other things. An EventSource closes on either; whoever asks by fetch learns why.
    if (after > position && (await logEnd.isBefore(after))) return beyondLog(after);
    if (found.some((event) => endsStory(event) && event.position <= after))
      return { status: 204, headers: { 'Log-Position': positionToken(position) }, about };
    // From where the read model stands, should the client know more: the last event may be among what it will show.
    const events = (signal: AbortSignal) =>
      telling(changes.follow({ kind: 'order', orderId }, least(after, position), signal), after, endsStory);
    return { ...eventStreams.open({ userId, events, after: known.right }), about };
  };

/** `GET /orders/events`: of all orders of the caller, from now on or after what the client knows. */
export const watchOrders =
  ({ logEnd, query, changes, eventStreams }: WatchMeans) =>
  async (context: RouterContext): Promise<Answer> => {
    const { userId } = callerOf(context);
    const known = lastKnown(context);
    if (E.isLeft(known)) return known.left;
    const watched = { kind: 'user', userId } as const;
    const { position } = await timelineQueries(query).eventsOf(watched, beginning, 0);
    const after = known.right ?? position;
    if (after > position && (await logEnd.isBefore(after))) return beyondLog(after);
    const events = (signal: AbortSignal) => telling(changes.follow(watched, after, signal), after, () => false);
    return eventStreams.open({ userId, events, after });
  };
