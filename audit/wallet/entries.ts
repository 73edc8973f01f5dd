import { wallet } from '../../domain/wallet/wallet.ts';
import type { EventStore } from '../../eventstore/connection.ts';
import { Undecodable } from '../../eventstore/faults.ts';
import { readPages } from '../../eventstore/read.ts';
import { isWalletEntry, movementOf, type WalletEntry } from '../movement.ts';

/** One entry of a wallet; amounts in minor units. */
export interface Entry {
  readonly event: WalletEntry;
  /** What came in, or went out where negative; 0 where money was refused. */
  readonly movement: number;
  /** What the wallet held after it, as the event says. */
  readonly balance: number;
  /** What it must have held: the balance before it, and the movement. */
  readonly expected: number;
}

const wrong = (stream: string, revision: number, found: string): Undecodable =>
  new Undecodable(`Expected an entry of the wallet at ${stream}@${revision}, found ${found}.`);

/**
 * Every entry of a wallet from the first one on; one page is kept in memory.
 * @throws Undecodable when an entry is missing, or is none; NewerVersion, Unavailable
 */
export async function* entriesOf(store: EventStore, stream: string): AsyncGenerator<Entry, void, undefined> {
  let balance = wallet.initial.balance;
  let next = 0;
  for await (const page of readPages(store, stream)) {
    for (const event of page) {
      if (event.revision !== next) throw wrong(stream, next, `revision ${event.revision} next`);
      if (!isWalletEntry(event)) throw wrong(stream, next, event.type);
      const movement = movementOf(event);
      const expected = balance + movement;
      // From the initial state each time: a balance needs no more, and what was handled would fill memory.
      ({ balance } = wallet.evolve(wallet.initial, event));
      yield { event, movement, balance, expected };
      next += 1;
    }
  }
}
