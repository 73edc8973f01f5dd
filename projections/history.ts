import type { Logger } from 'pino';
import type { RecordedEvent } from '../domain/events.ts';
import { pause, waitBefore, type Backoff } from '../eventstore/backoff.ts';
import { messageOf, Unavailable } from '../eventstore/faults.ts';
import { openDatabase, type Database, type DatabaseOptions } from './database.ts';
import type { Shown } from './liveQuery.ts';
import type { Watched } from './readModels/timelines.ts';

/**
 * Connections of their own for histories: whoever reads a long one must not hold up those who wait for what is new. An index
 * is walked in order, and never by a bitmap, which is to read and sort all that a user ever did: the planner takes that for
 * little while its statistics are older than the user.
 */
export const openHistories = (options: Pick<DatabaseOptions, 'databaseUrl' | 'log' | 'statementTimeout'>): Database =>
  openDatabase({
    ...options,
    name: 'orderflow histories',
    connections: 3,
    sessionSettings: '-c enable_bitmapscan=off -c enable_seqscan=off',
  });

export interface HistoryOptions {
  /** The first `limit` events after a position that are watched, in log order. */
  readonly eventsOf: (watched: Watched, after: bigint, limit: number) => Promise<Shown<ReadonlyArray<RecordedEvent>>>;
  /** Events read by one query. */
  readonly page: number;
  /** Before reading again while the database is away, or further back than wanted. */
  readonly backoff: Backoff;
  readonly log: Logger;
}

/**
 * The watched events that the timelines hold after a position, in log order, until `signal` aborts: not before they hold
 * everything up to `least`, for they may stand further back than somebody has seen them.
 */
export type History = (
  watched: Watched,
  after: bigint,
  least: bigint,
  signal: AbortSignal,
) => AsyncGenerator<RecordedEvent, void, undefined>;

export const createHistory = ({ eventsOf, page, backoff, log }: HistoryOptions): History => {
  const readPage = async (watched: Watched, after: bigint, signal: AbortSignal) => {
    for (let tries = 0; !signal.aborted; tries += 1) {
      try {
        return await eventsOf(watched, after, page);
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
        log.warn({ err: messageOf(error) }, 'what somebody watches could not be read: reading it again');
        await pause(waitBefore(backoff, tries), signal);
      }
    }
    return undefined;
  };

  return async function* history(watched, after, least, signal) {
    let position = after;
    for (let tries = 0; ; tries += 1) {
      const shown = await readPage(watched, position, signal);
      if (shown === undefined) return;
      yield* shown.found;
      position = shown.found.at(-1)?.position ?? position;
      if (shown.found.length === page) continue;
      if (shown.position >= least) return;
      await pause(waitBefore(backoff, tries), signal);
    }
  };
};
