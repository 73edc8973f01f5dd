import type { Logger } from 'pino';
import { isUnheardWrite } from '../../eventstore/unheardWrite.ts';
import { maskUrl } from '../configuration/mask.ts';
import { startHealthServer, type Hosted } from './hosted.ts';
import type { Ready } from './ready.ts';

export interface HostOptions {
  readonly log: Logger;
  /** Where `/health/…` is answered for what has no HTTP of its own; port 0 is a free one. */
  readonly healthOn: { readonly host: string; readonly port: number };
  /** Milliseconds that stopping may take; after them the process ends as it is. */
  readonly stopTimeoutMs: number;
}

/** Why a process ends, and how. */
interface End {
  readonly why: string;
  readonly timeoutMs: number;
  readonly exitCode: 0 | 1;
}

/** Milliseconds that stopping may take when the supervisor is gone: nobody waits, and the next start wants the ports. */
const orphanTimeoutMs = 3_000;

/**
 * Runs what `start` starts as the whole life of this process: until it is told to stop (SIGTERM, Ctrl-C, its supervisor
 * is gone) or cannot go on. Exit code 0 when it stopped as told, 1 otherwise.
 */
export const host = async (options: HostOptions, start: () => Promise<Hosted>): Promise<never> => {
  const { log, stopTimeoutMs } = options;
  exitOnDefect(log);
  const told = untilTold(stopTimeoutMs);
  const hosted = await Promise.race([startAndTell(options, start), told.then(() => undefined)]);
  if (hosted === undefined) return process.exit(0);
  const end = await Promise.race([told, ownEnd(hosted, stopTimeoutMs)]);
  log[end.exitCode === 0 ? 'info' : 'fatal'](`stopping: ${end.why}`);
  setTimeout(() => {
    log.error(`did not stop within ${end.timeoutMs} ms: ending as it is`);
    process.exit(1);
  }, end.timeoutMs);
  await hosted.stop();
  return process.exit(end.exitCode);
};

const startAndTell = async ({ log, healthOn }: HostOptions, start: () => Promise<Hosted>): Promise<Hosted> => {
  const hosted = await start();
  const { url, addresses = {} } = hosted;
  const health = url ?? (await startHealthServer(hosted.health, healthOn));
  const ready: Ready = { health, addresses: url === undefined ? addresses : { ...addresses, url } };
  if (process.connected) process.send?.(ready);
  const shown = Object.entries(addresses).map(([name, address]) => [name, maskUrl(address)]);
  log.info({ health, ...Object.fromEntries(shown) }, 'started');
  return hosted;
};

const untilTold = (timeoutMs: number): Promise<End> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => resolve({ why: `told to by ${signal}`, timeoutMs, exitCode: 0 }));
    }
    const onDisconnect = (): void =>
      resolve({ why: 'the supervisor is gone', timeoutMs: Math.min(timeoutMs, orphanTimeoutMs), exitCode: 0 });
    process.on('disconnect', onDisconnect);
    // It may have gone before this process listened.
    if (process.send !== undefined && !process.connected) onDisconnect();
  });

const ownEnd = async ({ ended }: Hosted, timeoutMs: number): Promise<End> => {
  // Nothing of its own that could end: then only being told counts.
  if (ended === undefined) return new Promise<never>(() => undefined);
  return { why: await ended, timeoutMs, exitCode: 1 };
};

/** What nobody caught leaves the process in an unknown state: it ends, and whoever supervises it starts another. */
const exitOnDefect = (log: Logger): void => {
  process.on('uncaughtException', (err, origin) => {
    if (origin === 'unhandledRejection' && isUnheardWrite(err)) return log.warn({ err }, 'an append was not written');
    log.fatal({ err }, 'ends because of an error that nothing caught');
    process.exit(1);
  });
};
