import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Ready } from './ready.ts';

export interface ChildOptions {
  /** Program and arguments. */
  readonly command: readonly [string, ...string[]];
  readonly environment: NodeJS.ProcessEnv;
  /** Hears each line it writes, of either kind. */
  readonly onLine: (line: string) => void;
}

/** A process that was started. */
export interface Child {
  readonly pid: number | undefined;
  /** Fulfilled when it says that it is ready; pending for ever when it never does. */
  readonly ready: Promise<Ready>;
  /** Fulfilled with how it ended, once all it wrote has been read. */
  readonly ended: Promise<string>;
  readonly signal: (signal: NodeJS.Signals) => void;
}

/** In a session of its own, so that Ctrl-C reaches the supervisor only, which then stops everything in order. */
export const startChild = ({ command: [program, ...args], environment, onLine }: ChildOptions): Child => {
  const child = spawn(program, args, {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  for (const input of [child.stdout, child.stderr]) {
    if (input !== null) createInterface({ input }).on('line', onLine);
  }
  return {
    pid: child.pid,
    ready: new Promise((resolve) => child.on('message', (message) => Ready.is(message) && resolve(message))),
    ended: once(child, 'close').then(
      ([code, signal]) => (signal === null ? `exit code ${code}` : `signal ${signal}`),
      (error: unknown) => String(error),
    ),
    signal: (signal) => void child.kill(signal),
  };
};
