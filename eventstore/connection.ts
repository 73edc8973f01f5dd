import { AccessDeniedError, EventStoreDBClient } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { isAnswer } from './answers.ts';
import { messageOf, Unavailable } from './faults.ts';

export interface ConnectionOptions {
  /** Connection string, `esdb://…`. */
  readonly url: string;
  /** Who connects; part of the connection's name as the server shows it. */
  readonly name: string;
  readonly log: Logger;
  /** Milliseconds until a lost client is replaced. */
  readonly renewAfter?: number;
}

/** The way to the event store. One a process: the client shares its pending appends between all its instances. */
export interface EventStore {
  /** Name under which the server lists this connection. */
  readonly connectionName: string;
  readonly log: Logger;
  /**
   * Runs an operation of the client. What the server answers (wrong expected version, not found, …) is thrown as the
   * client throws it; anything else means that the store is away: `Unavailable`, and a new client for the next call.
   */
  readonly run: <A>(operation: (client: EventStoreDBClient) => Promise<A>) => Promise<A>;
  /** Tells that `client` was seen to be broken by somebody who used it outside `run`. */
  readonly renew: (client: EventStoreDBClient, why: unknown) => void;
  readonly close: () => Promise<void>;
}

/** Opens no connection yet: the first operation does. */
export const connect = ({ url, name, log, renewAfter = 100 }: ConnectionOptions): EventStore => {
  const connectionName = `${name}-${randomUUID().slice(0, 8)}`;
  const create = (): EventStoreDBClient => {
    const separator = url.includes('?') ? '&' : '?';
    return EventStoreDBClient.connectionString(`${url}${separator}connectionName=${connectionName}`);
  };
  let current = create();
  let usable: Promise<void> = Promise.resolve();

  // Until the old client has let go of everything, nobody gets the new one: an old append stream that fails late would
  // reject the new client's pending appends as well (one table for the process), and their answers then find no entry.
  const renew = (client: EventStoreDBClient, why: unknown): void => {
    if (client !== current) return;
    log.warn({ err: messageOf(why) }, 'event store is away: connecting anew');
    current = create();
    usable = client
      .dispose()
      .catch((error: unknown) => log.warn({ err: messageOf(error) }, 'old event store client did not end cleanly'))
      .then(() => delay(renewAfter));
  };

  const run = async <A>(operation: (client: EventStoreDBClient) => Promise<A>): Promise<A> => {
    await usable;
    const client = current;
    try {
      const result = await operation(client);
      // A client that is let go of ends its reads without an error, so that they look complete.
      if (client !== current) throw new Unavailable('event store', new Error('the connection was replaced meanwhile'));
      return result;
    } catch (error) {
      if (isAnswer(error) || error instanceof Unavailable) throw error;
      // Another client would have the same credentials.
      if (!(error instanceof AccessDeniedError)) renew(client, error);
      throw new Unavailable('event store', error);
    }
  };

  return {
    connectionName,
    log,
    run,
    renew,
    close: async () => {
      await usable;
      await current.dispose();
    },
  };
};
