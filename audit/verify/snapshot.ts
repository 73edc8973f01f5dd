import type { OrderStatus } from '../../domain/order/messages.ts';
import type { Database, Query } from '../../projections/database.ts';
import type { Projection } from '../../projections/projection.ts';
import { orders } from '../../projections/readModels/orders.ts';
import { wallets } from '../../projections/readModels/wallets.ts';
import { findLive } from '../../projections/slots.ts';
import type { Scratch, Shelf } from './scratch.ts';

/** An order as its read model shows it; `items` as the JSON text of the database. */
export interface OrderRow {
  readonly userId: string;
  readonly status: OrderStatus;
  readonly currency: string;
  readonly items: string;
  readonly total: number;
  readonly operationId: string | null;
  readonly reason: string | null;
}

/** A wallet as its read model shows it. */
export interface WalletRow {
  readonly balance: number;
  /** How many operations are listed. */
  readonly operations: number;
}

/** What a read model shows: at which position of the log, or why it cannot be asked. */
export interface Shown<Row> {
  readonly name: string;
  readonly standing: { readonly position: bigint } | { readonly notCompared: string };
  /** By order id, or by `user.currency`. */
  readonly rows: Shelf<Row>;
}

export interface Snapshot {
  readonly orders: Shown<OrderRow>;
  readonly wallets: Shown<WalletRow>;
}

/** Selects the rows of a slot, each with its key and its values. */
type Select = (slot: string) => string;

const selectOrders: Select = (slot) => `
  SELECT order_id::text AS key, json_build_object('userId', user_id, 'status', status, 'currency', currency,
    'items', items::text, 'total', total, 'operationId', operation_id, 'reason', reason) AS row
  FROM ${slot}.orders`;

const selectWallets: Select = (slot) => `
  SELECT user_id || '.' || currency AS key,
    json_build_object('balance', balance, 'operations', coalesce(operations, 0)) AS row
  FROM ${slot}.wallets LEFT JOIN
    (SELECT user_id, currency, count(*) AS operations FROM ${slot}.operations GROUP BY user_id, currency) AS listed
    USING (user_id, currency)`;

/** Rows fetched at a time. */
const page = 1_000;

const copyRows = async <Row>(query: Query, select: string, name: string, to: Shelf<Row>): Promise<void> => {
  await query(`DECLARE ${name}_shown NO SCROLL CURSOR FOR ${select}`);
  for (let found = page; found === page;) {
    const rows = await query<{ readonly key: string; readonly row: Row }>(`FETCH ${page} FROM ${name}_shown`);
    for (const { key, row } of rows) to.set(key, row);
    await to.settle();
    found = rows.length;
  }
  await query(`CLOSE ${name}_shown`);
};

/** Asked first, since a statement about a table that is missing would end the transaction. */
const isSetUp = async (query: Query): Promise<boolean> => {
  const [found] = await query<{ readonly is_set_up: boolean }>(
    `SELECT to_regclass('projections.live') IS NOT NULL AS is_set_up`,
  );
  return found?.is_set_up === true;
};

const standingOf = async (query: Query, { name, version }: Projection) => {
  const live = (await isSetUp(query)) ? await findLive(query, name) : undefined;
  if (live === undefined) return { notCompared: 'nobody has set it up on this database' };
  if (live.version !== version)
    return { notCompared: `${live.name} holds version ${live.version}, and this code is version ${version}` };
  const [found] = await query<{ readonly position: string }>('SELECT position FROM projections.slots WHERE slot = $1', [
    live.name,
  ]);
  if (found === undefined) throw new Error(`expected the position of ${live.name}, found none`);
  return { position: BigInt(found.position), slot: live.name };
};

const copy = async <Row>(query: Query, of: Projection, select: Select, rows: Shelf<Row>): Promise<Shown<Row>> => {
  const { name } = of;
  const standing = await standingOf(query, of);
  if ('notCompared' in standing) return { name, standing, rows };
  await copyRows(query, select(standing.slot), name, rows);
  return { name, standing, rows };
};

/**
 * What the read models show in one snapshot of their database, copied: so none is held while the log is read, however long
 * that takes.
 * @throws Unavailable when the database is away
 */
export const takeSnapshot = (database: Database, scratch: Scratch): Promise<Snapshot> =>
  database.transaction(async (query) => {
    await query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    return {
      orders: await copy<OrderRow>(query, orders, selectOrders, scratch.shelf('shown orders')),
      wallets: await copy<WalletRow>(query, wallets, selectWallets, scratch.shelf('shown wallets')),
    };
  });
