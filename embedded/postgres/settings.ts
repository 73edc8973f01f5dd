/**
 * What differs from PostgreSQL's defaults, given on the command line so that it holds for data folders of any age.
 * A small machine, and durable: an answered commit survives a power cut.
 */
const settings = {
  listen_addresses: '127.0.0.1',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '32MB',
  max_wal_size: '256MB',
  max_connections: '100',
  // No replicas: nothing but crash recovery reads the log.
  wal_level: 'minimal',
  max_wal_senders: '0',
  // No processes of their own for reads that fit into memory.
  io_method: 'sync',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  timezone: 'UTC',
  // Readiness is read from these lines.
  log_destination: 'stderr',
  logging_collector: 'off',
  lc_messages: 'C',
  log_timezone: 'UTC',
};

/** Names the process that started the server, so that a later start can tell an orphan from a server in use. */
export const launcherSetting = 'orderflow.launcher';

/** For what is thrown away afterwards. */
const notDurable = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** The arguments of `postgres` for a data folder and a port. `-k ''`: no Unix socket, whose path may be too long. */
export function serverArguments(data: string, port: number, durable: boolean): string[] {
  const all = Object.entries({
    ...settings,
    ...(!durable && notDurable),
    [launcherSetting]: String(process.pid),
  });
  return ['-D', data, '-p', String(port), '-k', '', ...all.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
