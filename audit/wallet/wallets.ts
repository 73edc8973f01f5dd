import { currencies } from '../../domain/currency.ts';
import { walletStream } from '../../domain/streams.ts';
import type { EventStore } from '../../eventstore/connection.ts';
import { readEvent } from '../../eventstore/read.ts';

/**
 * Currencies in which a user has a wallet, in alphabetical order. A wallet's stream has its currency in its name, so each
 * currency there is asked for: that is fewer than two hundred small reads, and needs no search of the log.
 */
export const currenciesOf = async (store: EventStore, userId: string): Promise<ReadonlyArray<string>> => {
  const first = await Promise.all(currencies.map((currency) => readEvent(store, walletStream(userId, currency), 0)));
  return currencies.filter((_, index) => first[index] !== undefined);
};
