import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Account } from './account.ts';
import { startWatcher } from './watcher.ts';

/** A program of PostgreSQL's that is running. */
export type Child = {
  pid: number;
  /** Fulfilled with how it ended, once its output has been read to the end. */
  ended: Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** The last lines it wrote, for error messages. */
  lastLines(): string;
};

/** How many lines of output are kept for error messages. */
const kept = 20;

/**
 * Starts a program in a session of its own, so that Ctrl-C reaches only us and we decide when it stops; it is stopped
 * when this process dies. Its environment has none of our `PG…` variables, which would override what we pass, and the C
 * locale: messages we can read, and no thread that macOS starts to look a locale up.
 */
export function startChild(
  account: Account,
  program: string,
  args: readonly string[],
  log: (line: string) => void,
): Child {
  const lines: string[] = [];
  const note = (line: string): void => {
    lines.push(line);
    if (lines.length > kept) lines.shift();
    log(line);
  };
  const watcher = startWatcher((error) => note(`Nothing stops PostgreSQL if this process is killed: ${error.message}`));
  const [command = program, ...rest] = [...account.prefix, program, ...args];
  const child = spawn(command, rest, {
    ...account.ids,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: environment(),
    cwd: '/',
  });
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', note);
  if (child.pid !== undefined) watcher.watch(child.pid);
  const ended = once(child, 'close').then(
    ([code, signal]) => (signal === null ? `exit code ${code}` : `signal ${signal}`),
    (error: unknown) => String(error),
  );
  void ended.then(() => watcher.release());
  return { pid: child.pid ?? 0, ended, kill: (signal) => void child.kill(signal), lastLines: () => lines.join('\n') };
}

function environment(): NodeJS.ProcessEnv {
  const ours = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(ours), LC_ALL: 'C' };
}
