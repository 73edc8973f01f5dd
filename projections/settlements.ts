import * as E from 'fp-ts/lib/Either.js';
import { Uuid } from '../domain/text.ts';
import type { Shown } from './liveQuery.ts';
import type { Glance, Sight } from './lookout.ts';
import type { FindSettled } from './settled.ts';
import { createWaiters } from './waiters.ts';

export interface Settlements<View> extends Sight {
  /** Registers at once. Resolves with what `id` was settled as, or with undefined when `signal` aborts first. */
  readonly settled: (id: string, signal: AbortSignal) => Promise<Shown<View> | undefined>;
  readonly close: () => void;
}

/** Taken in by one look. */
const most = 1_000;

const firstOf = (ids: ReadonlySet<string>, count: number): ReadonlyArray<string> => {
  const first: string[] = [];
  for (const id of ids) if (first.push(id) === count) break;
  return first;
};

/**
 * Tells those who wait for settlements. Each id is looked up once, after its waiter is registered, many in one query; from
 * then on it is among what was settled since the last look, or it is not settled.
 * @param askForLook has somebody look: there is a new waiter
 */
export const createSettlements = <View>(find: FindSettled<View>, askForLook: () => void): Settlements<View> => {
  const waiters = createWaiters<string, Shown<View>>();
  /** Ids that were not looked up yet. */
  const fresh = new Set<string>();
  /** Everything settled up to here was told, but for what is fresh. */
  let told: bigint | undefined;

  const look = async (): Promise<Glance> => {
    if (waiters.size() === 0) told = undefined;
    const ids = firstOf(fresh, most);
    const { position, found } = await find({ after: told, most, ids });
    ids.forEach((id) => fresh.delete(id));
    for (const { id, view } of [...found.newly, ...found.ofIds]) waiters.settle(id, { position, found: view });
    const last = found.newly.length === most ? found.newly.at(-1) : undefined;
    told = last?.at ?? position;
    return { position, more: fresh.size > 0 || last !== undefined };
  };

  return {
    isWanted: () => waiters.size() > 0,
    look,
    settled: async (id, signal) => {
      // The query of all who wait would fail of it.
      if (E.isLeft(Uuid.decode(id))) throw new Error(`Expected the id of an order or a deposit, a UUID, found "${id}"`);
      // Nobody has waited meanwhile: what was settled then is of no interest.
      if (waiters.size() === 0) told = undefined;
      fresh.add(id);
      const waiting = waiters.wait(id, signal);
      askForLook();
      const found = await waiting;
      // Who gives up while the database is away must leave nothing behind.
      if (!waiters.has(id)) fresh.delete(id);
      return found;
    },
    close: waiters.close,
  };
};
