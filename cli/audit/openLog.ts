import type { EventStore } from '../../eventstore/connection.ts';
import { messageOf, NewerVersion, Unavailable, Undecodable } from '../../eventstore/faults.ts';
import { Failure } from '../failure.ts';
import { withEventStore } from '../withEventStore.ts';

const failureOf = (error: unknown): unknown => {
  if (error instanceof Unavailable)
    return new Failure(
      `The event log cannot be read: ${messageOf(error)}. See that the event store runs, and try again.`,
      {
        cause: error,
      },
    );
  if (error instanceof Undecodable || error instanceof NewerVersion)
    return new Failure(`The event log holds what this code cannot read. ${messageOf(error)}`, { cause: error });
  return error;
};

/** Does `work` with the event log of the system on a data folder, or of the one that EVENTSTORE_URL names. */
export const withLog = <A>(data: string, work: (store: EventStore) => Promise<A>): Promise<A> =>
  withEventStore(data, 'audit', async (store) => {
    try {
      return await work(store);
    } catch (error) {
      throw failureOf(error);
    }
  });
