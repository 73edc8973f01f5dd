import * as E from 'fp-ts/lib/Either.js';
import { read, type EventType, type RecordedEvent } from '../../domain/events.ts';
import type { Metadata } from '../../domain/metadata.ts';
import type { LiveQuery, Shown } from '../liveQuery.ts';
import { patch, put, table, type Change, type Projection } from '../projection.ts';

const rows = table({
  name: 'events',
  key: ['correlation_id', 'stream', 'revision'],
  columns: {
    correlation_id: 'text',
    stream: 'text',
    revision: 'bigint',
    event_id: 'uuid NOT NULL',
    type: 'text NOT NULL',
    data: 'jsonb NOT NULL',
    metadata: 'jsonb NOT NULL',
    created: 'timestamptz NOT NULL',
    user_id: 'text',
    user_position: 'numeric(20)',
  },
  // Rows never change, so an index of the position costs one entry at its end for each event, and no update anything. Events
  // of a user have theirs once more for an index of its own: by the other one, what one user did among millions of others
  // could be looked for as well, and would be where statistics say that it is everywhere.
  indexes: [['position'], ['user_id', 'user_position']],
});

/** Whose order it is, and where its letter stands: the one event of an order that does not say whose it is. */
const owners = table({
  name: 'owners',
  key: ['order_id'],
  columns: { order_id: 'text', user_id: 'text NOT NULL', letter_position: 'numeric(20)' },
  indexes: [['user_id', 'letter_position']],
});

const rowOf = ({ id, stream, revision, type, data, metadata, created }: RecordedEvent) => ({
  ...{ correlation_id: metadata.$correlationId, stream, revision, event_id: id },
  ...{ type, data, metadata, created },
});

const keep = (event: RecordedEvent): ReadonlyArray<Change> => [put(rows, rowOf(event))];

const keepOfUser = (
  event: RecordedEvent<'OrderCreateRequested' | 'OrderPending' | 'PaymentProcessed' | 'OrderPaid' | 'OrderCancelled'>,
): ReadonlyArray<Change> => [
  put(rows, { ...rowOf(event), user_id: event.data.userId, user_position: String(event.position) }),
];

const keepWithOwner = (event: RecordedEvent<'OrderCreateRequested'>): ReadonlyArray<Change> => [
  ...keepOfUser(event),
  put(owners, { order_id: event.data.orderId, user_id: event.data.userId }),
];

const keepLetter = (event: RecordedEvent<'LetterSent' | 'LetterNotSent'>): ReadonlyArray<Change> => [
  ...keep(event),
  patch(owners, { order_id: event.data.orderId, letter_position: String(event.position) }),
];

/** Every event by what it belongs to: an order, by the order's id, or a deposit, by the deposit's. */
export const timelines: Projection = {
  name: 'timelines',
  version: 3,
  tables: [rows, owners],
  on: {
    OrderCreateRequested: keepWithOwner,
    OrderPending: keepOfUser,
    PaymentProcessed: keepOfUser,
    OrderPaid: keepOfUser,
    OrderCancelled: keepOfUser,
    LetterSent: keepLetter,
    LetterNotSent: keepLetter,
    DepositRequested: keep,
    FundsDeposited: keep,
    DepositRefused: keep,
    RedriveRequested: keep,
    EventSkipped: keep,
  },
};

interface EventRow {
  readonly correlation_id: string;
  readonly stream: string;
  readonly revision: number;
  readonly event_id: string;
  readonly type: EventType;
  readonly data: unknown;
  readonly metadata: Metadata;
  readonly created: Date;
  readonly position: string;
}

const view = (row: EventRow): RecordedEvent => {
  const decoded = read(row.type, row.data);
  if (E.isLeft(decoded))
    throw new Error(`${row.type} at ${row.stream}@${row.revision} was kept in a shape it cannot have`);
  return {
    ...decoded.right.event,
    id: row.event_id,
    stream: row.stream,
    revision: row.revision,
    position: BigInt(row.position),
    created: row.created,
    metadata: row.metadata,
  };
};

/** An event that was found for somebody else to read, who may not be there. */
export interface FoundEvent {
  /** Of the order or deposit that it belongs to. */
  readonly correlationId: string;
  /** Who is told of it, as it belongs to an order of theirs; null when nobody is. */
  readonly userId: string | null;
  readonly position: bigint;
  /** @throws when the event is one that this code cannot read. */
  readonly read: () => RecordedEvent;
}

interface FoundRow extends EventRow {
  readonly found_user: string | null;
}

const foundEvent = (row: FoundRow): FoundEvent => ({
  correlationId: row.correlation_id,
  userId: row.found_user,
  position: BigInt(row.position),
  read: () => view(row),
});

/** Whose events somebody watches. */
export type Watched =
  { readonly kind: 'order'; readonly orderId: string } | { readonly kind: 'user'; readonly userId: string };

/**
 * The first $3 events after $2 of what is named by $1. An order has few. Of a user there are two rows of events in log order,
 * letters and all others, each of an index that is walked until there are enough.
 */
const selectWatched = (slot: string, { kind }: Watched): string => {
  switch (kind) {
    case 'order':
      return `SELECT * FROM (SELECT * FROM ${slot}.events WHERE correlation_id = $1 AND position > $2 OFFSET 0) AS watched
        ORDER BY position LIMIT $3`;
    case 'user':
      return `SELECT * FROM (
          (SELECT * FROM ${slot}.events WHERE user_id = $1 AND user_position > $2 ORDER BY user_position LIMIT $3)
          UNION ALL
          (SELECT events.* FROM (
            SELECT order_id, letter_position FROM ${slot}.owners
            WHERE user_id = $1 AND letter_position > $2 ORDER BY letter_position LIMIT $3
          ) AS letters JOIN ${slot}.events ON correlation_id = order_id AND position = letter_position)
        ) AS watched ORDER BY position LIMIT $3`;
  }
};

const idOf = (watched: Watched): string => {
  switch (watched.kind) {
    case 'order':
      return watched.orderId;
    case 'user':
      return watched.userId;
  }
};

export const timelineQueries = (query: LiveQuery) => ({
  /** The events of an order or a deposit in log order, as `story` takes them; none when the id is unknown. */
  timelineOf: async (correlationId: string): Promise<Shown<ReadonlyArray<RecordedEvent>>> => {
    const { position, found } = await query<EventRow>(
      timelines,
      (slot) => `SELECT * FROM ${slot}.events WHERE correlation_id = $1 ORDER BY position`,
      [correlationId],
    );
    return { position, found: found.map(view) };
  },
  /**
   * The first `limit` events after a position that are watched, in log order; of a user: what is told of their orders, and
   * not what operators do about them.
   */
  eventsOf: async (watched: Watched, after: bigint, limit: number): Promise<Shown<ReadonlyArray<RecordedEvent>>> => {
    const { position, found } = await query<EventRow>(timelines, (slot) => selectWatched(slot, watched), [
      idOf(watched),
      String(after),
      limit,
    ]);
    return { position, found: found.map(view) };
  },
  /** The first `limit` events after a position, whoever they concern, in log order; none when `after` is undefined. */
  eventsAfter: async (after: bigint | undefined, limit: number): Promise<Shown<ReadonlyArray<FoundEvent>>> => {
    const { position, found } = await query<FoundRow>(
      timelines,
      (slot) => `SELECT events.*, coalesce(events.user_id, owners.user_id) AS found_user FROM
        (SELECT * FROM ${slot}.events WHERE position > $1 ORDER BY position LIMIT $2) AS events
        LEFT JOIN ${slot}.owners ON order_id = correlation_id AND letter_position = events.position
        ORDER BY events.position`,
      [after?.toString(), limit],
    );
    return { position, found: found.map(foundEvent) };
  },
});
