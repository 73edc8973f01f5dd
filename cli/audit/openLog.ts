import { connect, type EventStore } from '../../eventstore/connection.ts';
import { messageOf, NewerVersion, Unavailable, Undecodable } from '../../eventstore/faults.ts';
import { configure } from '../configuration/configure.ts';
import { dataFolder } from '../data/folder.ts';
import { Failure } from '../failure.ts';
import { createLog, destination } from '../log.ts';
import { configured } from '../runningSystem.ts';

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
export const withLog = async <A>(data: string, work: (store: EventStore) => Promise<A>): Promise<A> => {
  const { EVENTSTORE_URL: url, LOG_LEVEL: level } = await configured(dataFolder(data), process.env, (sources) =>
    configure({ variables: ['EVENTSTORE_URL'], tokens: false }, sources),
  );
  const store = connect({ url, name: 'audit', log: createLog({ service: 'audit', level, to: await destination(2) }) });
  try {
    return await work(store);
  } catch (error) {
    throw failureOf(error);
  } finally {
    await store.close();
  }
};
