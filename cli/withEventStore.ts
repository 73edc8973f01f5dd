import { connect, type EventStore } from '../eventstore/connection.ts';
import { configure } from './configuration/configure.ts';
import { dataFolder } from './data/folder.ts';
import { createLog, destination } from './log.ts';
import { configured } from './runningSystem.ts';

/**
 * Does `work` with the event store of the system on a data folder, or of the one that EVENTSTORE_URL names.
 * @param name of the command: whose connection and whose log it is
 * @throws Failure that says how to come by an event store when none is configured
 */
export const withEventStore = async <A>(
  data: string,
  name: string,
  work: (store: EventStore) => Promise<A>,
): Promise<A> => {
  const { EVENTSTORE_URL: url, LOG_LEVEL: level } = await configured(dataFolder(data), process.env, (sources) =>
    configure({ variables: ['EVENTSTORE_URL'], tokens: false }, sources),
  );
  const store = connect({ url, name, log: createLog({ service: name, level, to: await destination(2) }) });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
};
