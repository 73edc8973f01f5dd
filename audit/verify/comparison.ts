import { isDeepStrictEqual } from 'node:util';
import { must, none, tellOf, type Breach, type Findings, type OnBreach, type Subject } from './invariants.ts';
import { detailsOf, type OrderRecord, type WalletRecord } from './records.ts';
import type { Shelf } from './scratch.ts';
import type { Shelves } from './shelves.ts';
import type { OrderRow, Shown, Snapshot, WalletRow } from './snapshot.ts';

/** How the comparison with one read model ended. */
export interface Compared {
  readonly name: string;
  /** Position of the log at which it was compared; undefined when it was not. */
  readonly position: bigint | undefined;
  readonly rows: number;
  /** Why it was not compared. */
  readonly notCompared: string | undefined;
}

const statusOf = ({ state, settlement }: OrderRecord): OrderRow['status'] => {
  switch (state.status) {
    case 'None':
      return 'Requested';
    case 'Pending':
      return 'Pending';
    case 'Settled':
      return settlement?.type === 'OrderCancelled' ? 'Cancelled' : 'Paid';
  }
};

/** The row that the log asks for, or undefined where it asks for none: a row begins with the request. */
const orderRowOf = (record: OrderRecord): OrderRow | undefined => {
  const details = detailsOf(record);
  if (record.request === undefined || details === undefined) return undefined;
  const { userId, currency, items, total } = details;
  const status = statusOf(record);
  const shown = { userId, status, currency, items: JSON.stringify(items), total };
  return {
    ...shown,
    operationId: status === 'Paid' ? (record.payment?.id ?? null) : null,
    reason: status === 'Cancelled' ? 'InsufficientFunds' : null,
  };
};

const walletRowOf = ({ balance, moves }: WalletRecord): WalletRow | undefined =>
  balance === undefined ? undefined : { balance, operations: moves };

const sameItems = (a: string, b: string): boolean => a === b || isDeepStrictEqual(JSON.parse(a), JSON.parse(b));

const sameOrder = (a: OrderRow, b: OrderRow): boolean =>
  isDeepStrictEqual({ ...a, items: '' }, { ...b, items: '' }) && sameItems(a.items, b.items);

const differing = <Row>(
  logged: Row | undefined,
  shown: Row | undefined,
  same: (a: Row, b: Row) => boolean,
): Findings => {
  if (logged === undefined && shown === undefined) return none;
  return must(
    logged !== undefined && shown !== undefined && same(logged, shown),
    'read-model-equal',
    () => (logged === undefined ? 'no row' : JSON.stringify(logged)),
    () => (shown === undefined ? 'no row' : JSON.stringify(shown)),
  );
};

interface Pair<Record, Row> {
  readonly shown: Shown<Row>;
  readonly records: Shelf<Record>;
  readonly rowOf: (record: Record) => Row | undefined;
  readonly same: (a: Row, b: Row) => boolean;
  /** Whether the read model cannot be held to what the log says of it. */
  readonly isExempt: (record: Record) => boolean;
  readonly subject: (key: string) => Subject;
  readonly placeOf: (record: Record, key: string) => Pick<Breach, 'stream' | 'revision'>;
}

const compare = async <Record, Row>(
  pair: Pair<Record, Row>,
  position: bigint,
  { onBreach, drained }: Told,
): Promise<number> => {
  const { shown, records, rowOf, same, isExempt, subject, placeOf } = pair;
  const tell = async (key: string, findings: Findings, at: Pick<Breach, 'stream' | 'revision'>) => {
    if (findings.length === 0) return;
    tellOf(onBreach, findings, subject(key), { ...at, position });
    await drained?.();
  };
  let rows = 0;
  for await (const [key, record] of records.entries()) {
    const row = shown.rows.get(key);
    if (!isExempt(record)) await tell(key, differing(rowOf(record), row, same), placeOf(record, key));
  }
  for await (const [key, row] of shown.rows.entries()) {
    rows += 1;
    if (records.get(key) === undefined)
      await tell(key, differing<Row>(undefined, row, same), { stream: shown.name, revision: undefined });
  }
  return rows;
};

interface Told {
  readonly onBreach: OnBreach;
  readonly drained: (() => Promise<unknown>) | undefined;
}

interface Due {
  readonly name: string;
  readonly position: bigint;
  readonly run: () => Promise<number>;
}

const dueOf = <Record, Row>(pair: Pair<Record, Row>, told: Told): Due | Compared => {
  const { name, standing } = pair.shown;
  if ('notCompared' in standing) return { name, position: undefined, rows: 0, notCompared: standing.notCompared };
  const { position } = standing;
  return { name, position, run: () => compare(pair, position, told) };
};

/**
 * Compares read models with what the log has said up to the checkpoint of each. To be told, before an event is taken,
 * where it stands; and when there are no more.
 */
export const createComparison = (
  snapshot: Snapshot | undefined,
  shelves: Shelves,
  onBreach: OnBreach,
  drained?: () => Promise<unknown>,
) => {
  const told = { onBreach, drained };
  const all =
    snapshot === undefined
      ? []
      : [dueOf(orderPair(snapshot, shelves), told), dueOf(walletPair(snapshot, shelves), told)];
  const results: Compared[] = all.filter((each) => 'rows' in each);
  let due = all.filter((each) => 'run' in each);
  /** Runs what is due before the event at `position`; all that is left where that is undefined. */
  const before = async (position: bigint | undefined): Promise<void> => {
    const now = due.filter((each) => position === undefined || each.position < position);
    due = due.filter((each) => !now.includes(each));
    for (const { name, position: at, run } of now)
      results.push({ name, position: at, rows: await run(), notCompared: undefined });
  };
  return {
    isDue: (position: bigint): boolean => due.some((each) => each.position < position),
    before,
    results: (): ReadonlyArray<Compared> => results,
  };
};

const orderPair = ({ orders }: Snapshot, shelves: Shelves): Pair<OrderRecord, OrderRow> => ({
  shown: orders,
  records: shelves.orders,
  rowOf: orderRowOf,
  same: sameOrder,
  isExempt: ({ unreadable, skipped }) => unreadable === true || skipped === true,
  subject: (order) => ({ order }),
  placeOf: ({ latest }, key) => latest ?? { stream: `order-${key}`, revision: undefined },
});

const walletPair = ({ wallets }: Snapshot, shelves: Shelves): Pair<WalletRecord, WalletRow> => ({
  shown: wallets,
  records: shelves.wallets,
  rowOf: walletRowOf,
  same: isDeepStrictEqual,
  isExempt: ({ balance, skipped }) => balance === undefined || skipped === true,
  subject: (wallet) => ({ wallet }),
  placeOf: ({ revision }, key) => ({ stream: `wallet-${key}`, revision }),
});
