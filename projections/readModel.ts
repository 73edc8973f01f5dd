import type { Logger } from 'pino';
import { openDatabase } from './database.ts';
import { depositQueries } from './deposits.ts';
import { createLiveQuery } from './liveQuery.ts';
import { orderQueries } from './orders.ts';
import { timelineQueries } from './timelines.ts';
import { walletQueries } from './wallets.ts';

export interface ReadModelOptions {
  /** Connection string, `postgres://…`. */
  readonly databaseUrl: string;
  readonly log: Logger;
  /** Connections at most. */
  readonly connections?: number;
  /** Milliseconds until a query is given up. */
  readonly statementTimeout?: number;
}

/**
 * The queries of all projections. Each answers with what it found and the position that it shows; each throws `Unavailable`
 * while the database is away or not set up yet.
 */
export const createReadModel = (options: ReadModelOptions) => {
  const { databaseUrl, log, connections = 10, statementTimeout = 3_000 } = options;
  const database = openDatabase({ databaseUrl, name: 'orderflow read model', log, connections, statementTimeout });
  const query = createLiveQuery(database);
  return {
    ...orderQueries(query),
    ...walletQueries(query),
    ...depositQueries(query),
    ...timelineQueries(query),
    /** Safe to call twice. */
    close: (): Promise<void> => database.close(),
  };
};

export type ReadModel = ReturnType<typeof createReadModel>;
