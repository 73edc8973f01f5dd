import type { Logger } from 'pino';
import { pause } from '../eventstore/backoff.ts';
import { messageOf } from '../eventstore/faults.ts';
import type { Health } from '../eventstore/health.ts';
import { openDatabase } from './database.ts';
import { depositQueries } from './deposits.ts';
import { createLiveQuery } from './liveQuery.ts';
import { orderQueries } from './orders.ts';
import { registry } from './registry.ts';
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
  /** Milliseconds between two looks at whether queries can be answered. */
  readonly lookEvery?: number;
}

/**
 * The queries of all projections. Each answers with what it found and the position that it shows; each throws `Unavailable`
 * while the database is away or not set up yet.
 */
export const createReadModel = (options: ReadModelOptions) => {
  const { databaseUrl, log, connections = 10, statementTimeout = 3_000, lookEvery = 1_000 } = options;
  const database = openDatabase({ databaseUrl, name: 'orderflow read model', log, connections, statementTimeout });
  const query = createLiveQuery(database);
  const closing = new AbortController();
  let health: Health = { readModel: { ok: false, detail: 'not asked yet' } };

  const look = async (): Promise<Health> => {
    try {
      for (const { name } of registry) await query(name, () => 'SELECT', []);
      return { readModel: { ok: true, detail: 'answers' } };
    } catch (error) {
      return { readModel: { ok: false, detail: messageOf(error) } };
    }
  };
  const watch = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      health = await look();
      await pause(lookEvery, closing.signal);
    }
  };
  const watching = watch();

  return {
    ...orderQueries(query),
    ...walletQueries(query),
    ...depositQueries(query),
    ...timelineQueries(query),
    /** Whether queries can be answered, as it was a moment ago. */
    health: (): Health => health,
    /** Safe to call twice. */
    close: async (): Promise<void> => {
      closing.abort();
      await watching;
      await database.close();
    },
  };
};

export type ReadModel = ReturnType<typeof createReadModel>;
