import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { chooseAccount } from './account.ts';
import { findBinaries } from './binaries.ts';
import { owner, prepareCluster } from './cluster.ts';
import { createDatabases } from './databases.ts';
import { freePort } from './ports.ts';
import { PortTaken, startServer, type Server, type ServerOptions } from './server.ts';
import { takeOver } from './takeover.ts';

export type PostgresOptions = {
  /** The data folder; made on first use. */
  data: string;
  /** The port on 127.0.0.1; a free one when absent or 0. */
  port?: number;
  /** Whether an answered commit survives a power cut. Default true; without, tests that throw their data away are faster. */
  durable?: boolean;
  /** Databases that must exist. */
  databases?: readonly string[];
  /** Hears each line PostgreSQL writes. */
  log?: (line: string) => void;
  /** Milliseconds until the server must accept connections; recovery after a crash counts. Default 60,000. */
  startTimeoutMs?: number;
  /** Milliseconds that the fast shutdown may take; then the immediate one follows (5 s more at most). Default 5,000. */
  stopTimeoutMs?: number;
};

export type Postgres = {
  port: number;
  pid: number;
  /** The connection string of a database, password included. */
  url: (database: string) => string;
  createDatabase: (name: string) => Promise<void>;
  /** Fulfilled with how the server ended, whether asked to or not. */
  ended: Promise<string>;
  /** Ends sessions, writes all data, stops. Safe to call twice. */
  stop: () => Promise<void>;
};

/**
 * Runs a real PostgreSQL for a laptop and for tests, on 127.0.0.1 only. It stops when this process dies, however it dies.
 * @throws when the folder is in use or holds something else, the port is taken, or PostgreSQL does not start.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { log = () => undefined, durable = true, databases = [] } = options;
  const { startTimeoutMs = 60_000, stopTimeoutMs = 5_000 } = options;
  const data = await resolved(options.data);
  const binaries = findBinaries();
  const account = await chooseAccount(data);
  const password = await prepareCluster(data, binaries, account, log);
  await takeOver(data, stopTimeoutMs);
  const common = { data, durable, binaries, account, log, startTimeoutMs, stopTimeoutMs };
  const { server, port } = await startOnPort(options.port ?? 0, common);
  const url = (database: string): string =>
    `postgres://${owner}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  const createDatabase = (name: string): Promise<void> => createDatabases(url('postgres'), [name]);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= server.stop());
  try {
    await createDatabases(url('postgres'), databases);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, pid: server.pid, url, createDatabase, ended: server.ended, stop };
}

/** Without symbolic links, so that one folder has one name, by which a running server is recognised. */
async function resolved(data: string): Promise<string> {
  const path = resolve(data);
  await mkdir(dirname(path), { recursive: true });
  return realpath(path).catch(async () => join(await realpath(dirname(path)), basename(path)));
}

/** A free port may be taken by someone else before PostgreSQL binds it: then another is tried. */
async function startOnPort(
  port: number,
  options: Omit<ServerOptions, 'port'>,
): Promise<{ server: Server; port: number }> {
  if (port !== 0) return { server: await startServer({ ...options, port }), port };
  for (let attempt = 1; ; attempt += 1) {
    const free = await freePort();
    try {
      return { server: await startServer({ ...options, port: free }), port: free };
    } catch (error) {
      if (!(error instanceof PortTaken) || attempt === 5) throw error;
    }
  }
}
