import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { startChild, type Child } from './child.ts';
import { serverArguments } from './settings.ts';
import { shutdownSteps } from './shutdown.ts';
import { within } from './within.ts';

export type Server = { pid: number; ended: Promise<string>; stop: () => Promise<void> };

export type ServerOptions = {
  data: string;
  port: number;
  durable: boolean;
  binaries: Binaries;
  account: Account;
  log: (line: string) => void;
  startTimeoutMs: number;
  stopTimeoutMs: number;
};

export class PortTaken extends Error {}

/**
 * Starts the server and waits until it accepts connections.
 * @throws PortTaken, or an error that says what holds the folder or gives the server's own last words.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { data, port, durable, account, binaries, log, startTimeoutMs, stopTimeoutMs } = options;
  let ready = (): void => undefined;
  const accepting = new Promise<'ready'>((resolve) => (ready = () => resolve('ready')));
  const child = startChild(account, binaries.postgres, serverArguments(data, port, durable), (line) => {
    if (line.includes('database system is ready to accept connections')) ready();
    log(line);
  });
  const outcome = await within(startTimeoutMs, Promise.race([accepting, child.ended]));
  if (outcome === 'ready') return { pid: child.pid, ended: child.ended, stop: () => stop(child, stopTimeoutMs) };
  await stop(child, stopTimeoutMs);
  throw failure(data, port, outcome ?? `not ready within ${startTimeoutMs} ms`, child.lastLines());
}

async function stop(child: Child, timeoutMs: number): Promise<void> {
  for (const { signal, waitMs } of shutdownSteps(timeoutMs)) {
    child.kill(signal);
    if ((await within(waitMs, child.ended)) !== undefined) return;
  }
  throw new Error(`PostgreSQL (process ${child.pid}) did not end within ${timeoutMs} ms of SIGKILL.`);
}

function failure(data: string, port: number, outcome: string, lastLines: string): Error {
  if (lastLines.includes('Address already in use')) {
    return new PortTaken(
      `Port ${port} on 127.0.0.1 is taken. Stop what listens there, or give PostgreSQL another port.`,
    );
  }
  if (lastLines.includes('lock file "postmaster.pid" already exists')) {
    return new Error(`${data} is in use by another PostgreSQL:\n${lastLines}`);
  }
  return new Error(`PostgreSQL did not start in ${data} (${outcome}):\n${lastLines}`);
}
