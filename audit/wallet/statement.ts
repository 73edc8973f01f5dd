import { walletStream } from '../../domain/streams.ts';
import type { EventStore } from '../../eventstore/connection.ts';
import { entriesOf, type Entry } from './entries.ts';

/** From the first event created at `from` or later, up to before the first one created at `to` or later. */
export interface Period {
  readonly from?: Date;
  readonly to?: Date;
}

/** The lines of a statement, in the order in which they are read. Amounts in minor units. */
export type StatementLine =
  | { readonly kind: 'opening'; readonly balance: number }
  | ({ readonly kind: 'entry' } & Entry)
  | ({ readonly kind: 'closing'; readonly balance: number } & Totals);

interface Totals {
  readonly entries: number;
  /** Sums of what came in and of what went out: each may be larger than a number can be. */
  readonly moneyIn: bigint;
  readonly moneyOut: bigint;
  /** Entries of the period whose balance is not the one before and the movement. */
  readonly faults: number;
}

const none: Totals = { entries: 0, moneyIn: 0n, moneyOut: 0n, faults: 0 };

const added = ({ entries, moneyIn, moneyOut, faults }: Totals, { movement, balance, expected }: Entry): Totals => ({
  entries: entries + 1,
  moneyIn: moneyIn + BigInt(Math.max(movement, 0)),
  moneyOut: moneyOut + BigInt(Math.max(-movement, 0)),
  faults: faults + Number(balance !== expected),
});

/**
 * The statement of a wallet, from its own stream alone: the opening balance, every entry with the balance after it, the
 * closing balance. Reads from the wallet's first entry and keeps one page in memory.
 * @param onRead hears of every entry that was read, also of those before the period
 * @throws Undecodable when an entry is missing, or is none; NewerVersion, Unavailable
 */
export async function* statementOf(
  store: EventStore,
  { userId, currency }: { readonly userId: string; readonly currency: string },
  { from, to }: Period = {},
  onRead: () => void = () => undefined,
): AsyncGenerator<StatementLine, void, undefined> {
  let balance = 0;
  let totals: Totals | undefined;
  for await (const entry of entriesOf(store, walletStream(userId, currency))) {
    const { created } = entry.event;
    onRead();
    if (to !== undefined && created >= to) break;
    if (totals === undefined && (from === undefined || created >= from)) {
      totals = none;
      yield { kind: 'opening', balance };
    }
    balance = entry.balance;
    if (totals === undefined) continue;
    totals = added(totals, entry);
    yield { kind: 'entry', ...entry };
  }
  if (totals === undefined) yield { kind: 'opening', balance };
  yield { kind: 'closing', balance, ...(totals ?? none) };
}
