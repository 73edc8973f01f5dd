import * as E from 'fp-ts/lib/Either.js';
import { read, type EventType, type RecordedEvent } from '../domain/events.ts';
import type { Metadata } from '../domain/metadata.ts';
import type { LiveQuery, Shown } from './liveQuery.ts';
import { put, table, type Change, type Projection } from './projection.ts';

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
  },
});

const keep = ({ id, stream, revision, type, data, metadata, created }: RecordedEvent): ReadonlyArray<Change> => [
  put(rows, { correlation_id: metadata.$correlationId, stream, revision, event_id: id, type, data, metadata, created }),
];

/** Every event by what it belongs to: an order, by the order's id, or a deposit, by the deposit's. */
export const timelines: Projection = {
  name: 'timelines',
  version: 1,
  tables: [rows],
  on: {
    OrderCreateRequested: keep,
    OrderPending: keep,
    PaymentProcessed: keep,
    OrderPaid: keep,
    OrderCancelled: keep,
    LetterSent: keep,
    LetterNotSent: keep,
    DepositRequested: keep,
    FundsDeposited: keep,
    DepositRefused: keep,
    RedriveRequested: keep,
    EventSkipped: keep,
  },
};

interface EventRow {
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
});
