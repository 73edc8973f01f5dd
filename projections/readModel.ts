import type { Logger } from 'pino';
import { openDatabase } from './database.ts';
import { createLiveQuery, type LiveQuery } from './liveQuery.ts';

export interface ReadModelOptions {
  /** Connection string, `postgres://…`. */
  readonly databaseUrl: string;
  readonly log: Logger;
  /** Connections at most. */
  readonly connections?: number;
  /** Milliseconds until a query is given up. */
  readonly statementTimeout?: number;
}

/** The live slots of all projections, on connections of their own. */
export interface ReadModel {
  /** What the queries of each read model's file are made with: `orderQueries(query).orderById(…)`. */
  readonly query: LiveQuery;
  /** Safe to call twice. */
  readonly close: () => Promise<void>;
}

/** Opens no connection yet: the first query does. */
export const createReadModel = (options: ReadModelOptions): ReadModel => {
  const { databaseUrl, log, connections = 10, statementTimeout = 3_000 } = options;
  const database = openDatabase({ databaseUrl, name: 'orderflow read model', log, connections, statementTimeout });
  return { query: createLiveQuery(database), close: () => database.close() };
};
