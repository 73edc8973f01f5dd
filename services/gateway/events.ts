import type { RouterContext } from '@koa/router';
import * as E from 'fp-ts/lib/Either.js';
import { Position, type StoryEvent } from '../../api/answers.ts';
import { problemTypes } from '../../api/problems.ts';
import { ofType, type RecordedEvent } from '../../domain/events.ts';
import { story, type Step } from '../../domain/story.ts';
import { orderRequestStream } from '../../domain/streams.ts';
import { Uuid } from '../../domain/text.ts';
import { beginning } from '../../eventstore/allSubscription.ts';
import type { EventStore } from '../../eventstore/connection.ts';
import { readEvent } from '../../eventstore/read.ts';
import type { Answer } from '../http/answer.ts';
import { problem } from '../http/problem.ts';
import { beyondLog, isBeyondLog } from './logPosition.ts';
import type { Means } from './means.ts';
import type { ServerSentEvent } from './sse.ts';
import { timelineStep } from './timeline.ts';
import { callerOf } from './token.ts';

type WatchMeans = Pick<Means, 'eventStore' | 'readModel' | 'changes' | 'eventStreams'>;

const notFound = problem(problemTypes.orderNotFound, 'No order of yours has this id');

const malformed = problem(problemTypes.invalidPosition, 'Expected the id of an event as Last-Event-ID');

/** Position of the last event that the client knows. */
const lastEventId = (context: RouterContext): E.Either<Answer, bigint | undefined> => {
  const given = context.get('Last-Event-ID');
  if (given === '') return E.right(undefined);
  return Position.is(given) ? E.right(BigInt(given)) : E.left(malformed);
};

/** Who had it handled again, and why, is told to operators and auditors. */
const isInternal = ofType('RedriveRequested', 'EventSkipped');

/** Whether nothing more can come of the order. */
const isLast = ofType('LetterSent', 'LetterNotSent');

const serverSentEvent = (step: Step): ServerSentEvent => {
  const { type, position, metadata } = step.event;
  const data: StoryEvent = { ...timelineStep(step), orderId: metadata.$correlationId };
  return { id: String(position), type, data };
};

/** A story of one event tells its status where the event changes it, whatever was told before. */
async function* told(events: AsyncIterable<RecordedEvent>, ends: (event: RecordedEvent) => boolean) {
  for await (const event of events) {
    if (!isInternal(event)) yield* story([event]).map(serverSentEvent);
    if (ends(event)) return;
  }
}

/** As the log says, since a client may ask before the read model shows its order. */
const ownerOf = async (eventStore: EventStore, orderId: string): Promise<string | undefined> => {
  const event = await readEvent(eventStore, orderRequestStream(orderId), 0);
  return event?.type === 'OrderCreateRequested' ? event.data.userId : undefined;
};

/** `GET /orders/{orderId}/events`: one's own, from the beginning or after `Last-Event-ID`, until its letter. */
export const watchOrder =
  ({ eventStore, readModel, changes, eventStreams }: WatchMeans) =>
  async (context: RouterContext): Promise<Answer> => {
    const { orderId } = context.params;
    const { userId } = callerOf(context);
    const given = lastEventId(context);
    if (E.isLeft(given)) return given.left;
    if (!Uuid.is(orderId) || (await ownerOf(eventStore, orderId)) !== userId) return notFound;
    const about = { orderId };
    const after = given.right;
    if (after !== undefined) {
      const { position, found } = await readModel.timelineOf(orderId);
      if (found.some((event) => isLast(event) && event.position <= after)) return { status: 204, about };
      if (after > position && (await isBeyondLog(eventStore, after))) return beyondLog(after);
    }
    const events = (signal: AbortSignal) =>
      told(changes.follow({ kind: 'order', orderId }, after ?? beginning, signal), isLast);
    return { ...eventStreams.open({ userId, events, after }), about };
  };

/** `GET /orders/events`: of all orders of the caller, from now on or after `Last-Event-ID`. */
export const watchOrders =
  ({ eventStore, readModel, changes, eventStreams }: WatchMeans) =>
  async (context: RouterContext): Promise<Answer> => {
    const { userId } = callerOf(context);
    const given = lastEventId(context);
    if (E.isLeft(given)) return given.left;
    const watched = { kind: 'user', userId } as const;
    const { position } = await readModel.eventsOf(watched, beginning, 0);
    const after = given.right ?? position;
    if (after > position && (await isBeyondLog(eventStore, after))) return beyondLog(after);
    const events = (signal: AbortSignal) => told(changes.follow(watched, after, signal), () => false);
    return eventStreams.open({ userId, events, after });
  };
