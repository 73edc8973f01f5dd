import { EventStoreDBClient } from '@eventstore/db-client';
import { afterAll, beforeAll, it } from '@jest/globals';
import { startEventStoreDB } from '../node.ts';

/** True when the tests run against the embedded node, false against the server at `EVENTSTORE_URL`. */
export const isEmbedded = process.env.EVENTSTORE_URL === undefined;

export interface ServerUnderTest {
  /** The connection string, `esdb://…?tls=…`. */
  readonly url: string;
  /** A client shared by all tests of the file. */
  readonly client: EventStoreDBClient;
  /** A further client with settings of its own, such as `connectionName=billing`; disposed of after the last test. */
  readonly connect: (settings: string) => EventStoreDBClient;
}

/**
 * Starts an embedded node in memory for the tests of one file, or uses the server at `EVENTSTORE_URL`; run the files one
 * after the other then (`jest -i`), because one of them restarts the persistent subscriptions of the whole server.
 */
export const useServer = (): ServerUnderTest => {
  const clients: EventStoreDBClient[] = [];
  let url = process.env.EVENTSTORE_URL ?? '';
  let stop = (): Promise<void> => Promise.resolve();
  let shared: EventStoreDBClient | undefined;

  const connect = (settings?: string): EventStoreDBClient => {
    const separator = url.includes('?') ? '&' : '?';
    const client = EventStoreDBClient.connectionString(settings === undefined ? url : `${url}${separator}${settings}`);
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    if (!isEmbedded) return;
    const node = await startEventStoreDB({ memory: true });
    url = node.url;
    stop = () => node.stop();
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.dispose()));
    await stop();
  });

  return {
    get url() {
      return url;
    },
    get client() {
      return (shared ??= connect());
    },
    connect,
  };
};

/** A test that runs on the embedded node only; the reason is shown where it is skipped. */
export const itOnEmbedded = (reason: string) => (name: string, test: () => Promise<void>) => {
  if (isEmbedded) it(name, test);
  else it.skip(`${name} (embedded node only: ${reason})`, test);
};
