import type {
  AppendExpectedRevision,
  AppendResult,
  BaseOptions,
  EventData,
  EventStoreDBClient,
} from '@eventstore/db-client';

export type AppendPath = 'batch' | 'unary';
export const appendPaths: readonly AppendPath[] = ['batch', 'unary'];

/** The client appends by a call of its own, the unary one, when the append has credentials (its `appendToStream/index.js`). */
const choosing: Record<AppendPath, BaseOptions> = {
  batch: {},
  unary: { credentials: { username: 'admin', password: 'changeit' } },
};

export const appendBy =
  (path: AppendPath) =>
  (
    client: EventStoreDBClient,
    stream: string,
    events: EventData | EventData[],
    expectedRevision: AppendExpectedRevision = 'any',
  ): Promise<AppendResult> =>
    client.appendToStream(stream, events, { expectedRevision, ...choosing[path] });
