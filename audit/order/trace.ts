import { ofType, type RecordedEvent } from '../../domain/events.ts';
import {
  notificationStream,
  orderRequestStream,
  orderStream,
  redriveStream,
  walletStream,
} from '../../domain/streams.ts';
import { topicNames, topics } from '../../domain/topics.ts';
import type { EventStore } from '../../eventstore/connection.ts';
import { readEvent, readForwards, readTail } from '../../eventstore/read.ts';

type Events = ReadonlyArray<RecordedEvent>;

/** Where an event stands, or where a pointer says that one does: a key for maps. */
export const placeOf = ({ stream, revision }: { readonly stream: string; readonly revision: number }): string =>
  `${stream}@${revision}`;

/** The cause of an event, where its pointer says that it stands; undefined when something else stands there, or nothing. */
const causeOf = async (store: EventStore, { metadata }: RecordedEvent): Promise<RecordedEvent | undefined> => {
  const { $causationId, causation } = metadata;
  if (causation === undefined) return undefined;
  const found = await readEvent(store, causation.stream, causation.revision);
  return found?.id === $causationId ? found : undefined;
};

const pointsBeyond =
  (known: ReadonlyMap<string, unknown>) =>
  ({ metadata: { causation } }: RecordedEvent): boolean =>
    causation !== undefined && !known.has(placeOf(causation));

/** Events and whatever caused them, as far back as pointers lead. */
const withCauses = async (store: EventStore, events: Events): Promise<Events> => {
  const known = new Map(events.map((event) => [placeOf(event), event]));
  for (let newest = events; newest.length > 0;) {
    const causes = await Promise.all(newest.filter(pointsBeyond(known)).map((event) => causeOf(store, event)));
    newest = causes.filter((cause) => cause !== undefined);
    for (const event of newest) known.set(placeOf(event), event);
  }
  return [...known.values()];
};

/**
 * The wallet's answer to an `OrderPending` that nothing points to yet, as nobody has settled the order by it: it can only
 * stand behind its cause, so the wallet is read from its end back to there, as billing itself does.
 */
const unusedPayments = async (store: EventStore, events: Events): Promise<Events> => {
  const causes = new Set(events.filter(ofType('PaymentProcessed')).map(({ metadata }) => metadata.$causationId));
  const open = events.filter(ofType('OrderPending')).filter(({ id }) => !causes.has(id));
  const found = await Promise.all(
    open.map(async ({ id, position, data }) => {
      const tail = await readTail(store, walletStream(data.userId, data.currency), position);
      return tail.filter(({ metadata }) => metadata.$causationId === id);
    }),
  );
  return found.flat();
};

const goesOut = ({ type }: RecordedEvent): boolean =>
  topicNames.some((name) => topics[name].events.some((each) => each === type));

const redrivesOf = async (store: EventStore, events: Events): Promise<Events> =>
  (await Promise.all(events.filter(goesOut).map(({ id }) => readForwards(store, redriveStream(id))))).flat();

/**
 * Every event of an order, over all its streams, in no order; none when the log does not know it. Streams that are named
 * by the order are read, and from their events what caused them is found by its pointer: never by a search of the log, nor
 * in a read model. So the answer is closed: with every event comes its cause, where there is one.
 * @throws Undecodable, NewerVersion, Unavailable
 */
export const eventsOfOrder = async (store: EventStore, orderId: string): Promise<Events> => {
  const streams = [orderRequestStream, orderStream, notificationStream].map((streamOf) => streamOf(orderId));
  const own = await Promise.all(streams.map((stream) => readForwards(store, stream)));
  const traced = await withCauses(store, own.flat());
  const all = [...traced, ...(await unusedPayments(store, traced))];
  return [...all, ...(await redrivesOf(store, all))];
};
