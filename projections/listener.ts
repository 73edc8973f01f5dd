import type { Logger } from 'pino';
import pg from 'pg';
import { pause, waitBefore, type Backoff } from '../eventstore/backoff.ts';
import { messageOf } from '../eventstore/faults.ts';
import type { Check } from '../eventstore/health.ts';
import { channel } from './notice.ts';

export interface ListenerSettings {
  /** Milliseconds between two questions whether the connection still answers. */
  readonly heartbeat: number;
  /** Milliseconds without an answer after which the connection counts as dead. */
  readonly patience: number;
  /** Before connecting again. */
  readonly backoff: Backoff;
}

export interface ListenerOptions {
  /** Connection string, `postgres://…`. LISTEN needs a session: a pooler in transaction mode will not do. */
  readonly databaseUrl: string;
  readonly log: Logger;
  readonly settings: ListenerSettings;
  /** Called with the payload of each notification. */
  readonly onNotice: (payload: string) => void;
  /** Called whenever notifications come from now on: what was notified before may have been missed. */
  readonly onListening: () => void;
}

export interface Listener {
  readonly check: () => Check;
  readonly close: () => Promise<void>;
}

const connecting: Check = { ok: false, detail: 'not listening yet' };
const listening: Check = { ok: true, detail: 'listening' };

/**
 * Listens for notifications on a connection of its own, and connects again whenever that one is lost. A connection can be
 * dead without a sign, and silence is what a healthy one has most of the time, so it is asked now and then.
 * By hand: pg leaves reconnecting to its users, and the packages that do it are no longer kept.
 */
export const startListener = (options: ListenerOptions): Listener => {
  const { databaseUrl, log, settings, onNotice, onListening } = options;
  const stopping = new AbortController();
  let check = connecting;
  let tries = 0;

  const listen = async (client: pg.Client): Promise<void> => {
    const lost = new AbortController();
    const ending = AbortSignal.any([stopping.signal, lost.signal]);
    client.on('error', (error) => lost.abort(error));
    client.on('notification', ({ payload = '' }) => onNotice(payload));
    await client.connect();
    await client.query(`LISTEN ${channel}`);
    check = listening;
    tries = 0;
    onListening();
    while (!ending.aborted) {
      await pause(settings.heartbeat, ending);
      if (!ending.aborted) await client.query('SELECT 1');
    }
    lost.signal.throwIfAborted();
  };

  const attempt = async (): Promise<void> => {
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'orderflow notices',
      keepAlive: true,
      connectionTimeoutMillis: settings.patience,
      query_timeout: settings.patience,
    });
    try {
      await listen(client);
    } finally {
      await client.end();
    }
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await attempt().catch((error: unknown) => {
        check = { ok: false, detail: `not listening: ${messageOf(error)}` };
        log.warn({ err: messageOf(error) }, 'no notices from the database: connecting again');
      });
      await pause(waitBefore(settings.backoff, tries), stopping.signal);
      tries += 1;
    }
  };

  const running = run();
  return {
    check: () => check,
    close: () => {
      stopping.abort();
      return running;
    },
  };
};
