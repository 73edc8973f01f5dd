import type { Database, Query } from '../database.ts';

const sessionOf = async (query: Query): Promise<number> => {
  const [session] = await query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  if (session === undefined) throw new Error('expected the number of a database session, found no answer');
  return session.pid;
};

/**
 * Does `work` in the transaction of `query`. When `signal` aborts, the database gives up the statement it is at: one that
 * compares large tables may take long.
 * @param database another way to the same database
 * @throws the signal's reason when it aborts
 */
export const interruptible = async <A>(
  query: Query,
  database: Database,
  signal: AbortSignal | undefined,
  work: (query: Query) => Promise<A>,
): Promise<A> => {
  if (signal === undefined) return work(query);
  const session = await sessionOf(query);
  // A database that does not answer here gives up the statement by its time-out.
  const cancel = (): void => void database.query('SELECT pg_cancel_backend($1)', [session]).catch(() => undefined);
  signal.addEventListener('abort', cancel);
  const unlessAborted: Query = (text, values) => {
    signal.throwIfAborted();
    return query(text, values);
  };
  try {
    return await work(unlessAborted);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
};
