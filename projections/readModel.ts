import type { Logger } from 'pino';
import { openDatabase } from './database.ts';
import { createLiveQuery } from './liveQuery.ts';
import { orderQueries } from './orders.ts';

export interface ReadModelOptions {
  /** Connection string, `postgres://…`. */
  readonly databaseUrl: string;
  readonly log: Logger;
  /** Connections at most. */
  readonly connections?: number;
  /** Milliseconds until a query is given up. */
  readonly statementTimeout?: number;
}

/** The queries of all projections. */
export const createReadModel = ({ databaseUrl, log, connections = 10, statementTimeout = 3_000 }: ReadModelOptions) => {
  const database = openDatabase({ databaseUrl, name: 'orderflow read model', log, connections, statementTimeout });
  const query = createLiveQuery(database);
  return { ...orderQueries(query), close: database.close };
};
