import type { Logger } from 'pino';
import pg from 'pg';
import { Unavailable } from '../eventstore/faults.ts';

export interface DatabaseOptions {
  /** Connection string, `postgres://…`. */
  readonly databaseUrl: string;
  /** Who connects, as the database lists it. */
  readonly name: string;
  readonly log: Logger;
  /** Connections at most. */
  readonly connections: number;
  /** Milliseconds until a statement is given up: by the server and, should it not answer, by us. */
  readonly statementTimeout: number;
  /** Milliseconds until a transaction in which nothing is asked is ended by the server; `statementTimeout` unless given. */
  readonly idleTimeout?: number;
  /** Settings of its sessions, as `-c name=value`. */
  readonly sessionSettings?: string;
}

/**
 * Runs one statement; one that is `repeated` over and over is planned once for each connection.
 * @throws Unavailable when the database did not answer, or answered that it cannot at present.
 */
export type Query = <Row extends pg.QueryResultRow>(
  text: string,
  values?: ReadonlyArray<unknown>,
  repeated?: boolean,
) => Promise<ReadonlyArray<Row>>;

export interface Database {
  readonly query: Query;
  /** Runs several statements that hold all together or not at all. */
  readonly transaction: <A>(work: (query: Query) => Promise<A>) => Promise<A>;
  /** Safe to call twice. */
  readonly close: () => Promise<void>;
}

/** Amounts are bigint columns, and every one of them came in as a safe integer. */
const safeInteger = (text: string): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`expected a safe integer in a bigint column, found ${text}`);
};

const typesOfColumns = (): pg.TypeOverrides => {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, safeInteger);
  // A day as it is written: a Date would be its midnight in the time zone of this machine.
  types.setTypeParser(pg.types.builtins.DATE, String);
  return types;
};

// https://www.postgresql.org/docs/current/errcodes-appendix.html: connection exceptions, refused logins, no such
// database, a transaction that idled past its time, serialization and deadlock, resources gone, lock not available, operator
// intervention (a shutdown, a statement past its time).
const away = /^(08|25P03|28|3D|40|53|55P03|57)/;

const isAway = (error: unknown): boolean =>
  error instanceof pg.DatabaseError ? away.test(error.code ?? '') : !(error instanceof RangeError);

/** Whether a statement failed because a schema or table it names does not exist: not made yet, or dropped. */
export const isMissing = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && (error.code === '42P01' || error.code === '3F000');

type NameOf = (text: string) => string | undefined;

/** Names statements to be planned once, the first ones only: each connection keeps the plans for as long as it is open. */
const createNames = (most: number): NameOf => {
  const names = new Map<string, string>();
  return (text) => {
    if (!names.has(text) && names.size < most) names.set(text, `repeated_${names.size}`);
    return names.get(text);
  };
};

const queryOn =
  (client: pg.Pool | pg.PoolClient, nameOf: NameOf): Query =>
  async <Row extends pg.QueryResultRow>(text: string, values: ReadonlyArray<unknown> = [], repeated = false) => {
    try {
      return (await client.query<Row>({ name: repeated ? nameOf(text) : undefined, text, values: [...values] })).rows;
    } catch (error) {
      throw isAway(error) ? new Unavailable('database', error) : error;
    }
  };

const connect = async (pool: pg.Pool): Promise<pg.PoolClient> => {
  const client = await pool.connect().catch((error: unknown) => {
    throw new Unavailable('database', error);
  });
  // Without a listener, a connection that is lost between two statements would end the process. The next statement says so.
  client.on('error', ignore);
  return client;
};

const ignore = (): void => undefined;

const transaction = async <A>(pool: pg.Pool, nameOf: NameOf, work: (query: Query) => Promise<A>): Promise<A> => {
  const client = await connect(pool);
  const query = queryOn(client, nameOf);
  try {
    await query('BEGIN');
    const result = await work(query);
    await query('COMMIT');
    client.off('error', ignore);
    client.release();
    return result;
  } catch (error) {
    // Closing the connection rolls back, also when the database no longer answers.
    client.release(true);
    throw error;
  }
};

/** So many plans take some megabytes of each connection in the server. */
const repeatedAtMost = 100;

/** Opens no connection yet: the first statement does. */
export const openDatabase = (options: DatabaseOptions): Database => {
  const { databaseUrl, name, log, connections, statementTimeout, sessionSettings } = options;
  const { idleTimeout = statementTimeout } = options;
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: name,
    options: sessionSettings,
    max: connections,
    types: typesOfColumns(),
    keepAlive: true,
    connectionTimeoutMillis: statementTimeout,
    statement_timeout: statementTimeout,
    query_timeout: statementTimeout + 1_000,
    idle_in_transaction_session_timeout: idleTimeout,
  });
  // Without a listener, an idle connection that is lost would end the process. The next statement opens another.
  pool.on('error', (error) => log.warn({ err: error.message }, 'lost an idle database connection'));
  const nameOf = createNames(repeatedAtMost);
  let closing: Promise<void> | undefined;
  return {
    query: queryOn(pool, nameOf),
    transaction: (work) => transaction(pool, nameOf, work),
    close: () => (closing ??= pool.end()),
  };
};
