import { currencies } from '../../domain/currency.ts';
import { walletStream } from '../../domain/streams.ts';
import type { EventStore } from '../../eventstore/connection.ts';
import { readEvent } from '../../eventstore/read.ts';

/**
 * Currencies in which a user has a wallet, of those asked about, in their order. A wallet's stream has its currency in its
 * name, so each is asked for: of all that there are, in alphabetical order, that is fewer than two hundred small reads, and
 * needs no search of the log.
 */
export const currenciesOf = async (
  store: EventStore,
  userId: string,
  among: ReadonlyArray<string> = currencies,
): Promise<ReadonlyArray<string>> => {
  const first = await Promise.all(among.map((currency) => readEvent(store, walletStream(userId, currency), 0)));
  return among.filter((_, index) => first[index] !== undefined);
};
