import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Account } from './account.ts';
import { startWatcher } from './watcher.ts';
import { within } from './within.ts';

/** A program of PostgreSQL's that is running. */
export type Child = {
  pid: number;
  /** Fulfilled with how it ended. */
  ended: Promise<string>;
  kill: (signal: NodeJS.Signals) => void;
  /** The last lines it wrote, for error messages. */
  lastLines: () => string;
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
  const ended = ending(child).finally(() => watcher.release());
  return { pid: child.pid ?? 0, ended, kill: (signal) => void child.kill(signal), lastLines: () => lines.join('\n') };
}

/** How it ended; a little later, so that its last words are in. A session that hangs may hold the output open for ever. */
async function ending(child: ChildProcess): Promise<string> {
  const closed = once(child, 'close').catch(() => undefined);
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    await within(100, closed);
    return signal === null ? `exit code ${code}` : `signal ${signal}`;
  } catch (error) {
    return String(error);
  } finally {
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
}

function environment(): NodeJS.ProcessEnv {
  const ours = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(ours), LC_ALL: 'C' };
}
