import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../..');

/** What packages that are CommonJS have there, and a module has not. */
const banner = `import { createRequire } from 'node:module';
  const require = createRequire(import.meta.url);
  const { filename: __filename, dirname: __dirname } = import.meta;`;

/**
 * Makes one file of a script in this folder that Node can run, with the packages it imports: a process that has not to look
 * for hundreds of files starts in half the time. lmdb is found beside it, as it is not JavaScript alone.
 */
export const bundle = async (script: 'nodeProcess' | 'consumerProcess' | 'briefProcess'): Promise<string> => {
  const folder = join(root, 'node_modules/.cache/orderflow');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `eventstoredb-${script}-${process.pid}.mjs`);
  await promisify(execFile)(join(root, 'node_modules/.bin/esbuild'), [
    join(import.meta.dirname, `${script}.ts`),
    '--bundle',
    '--external:lmdb',
    `--banner:js=${banner}`,
    '--platform=node',
    '--format=esm',
    `--outfile=${file}`,
    '--log-level=warning',
  ]);
  return file;
};

export interface NodeProcess {
  readonly url: string;
  readonly pid: number;
  /** Lifts the limit that it was started with: there is room on the disk again. Linux only. */
  readonly makeRoom: () => Promise<void>;
  /** kill -9; resolves when the process is gone. */
  readonly kill: () => Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  readonly stop: () => Promise<number | null>;
}

const nodeProcess = (child: ChildProcess, url: string): NodeProcess => {
  const exited = once(child, 'exit');
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    await exited;
    return child.exitCode;
  };
  const pid = child.pid ?? 0;
  return {
    url,
    pid,
    makeRoom: async () => void (await promisify(execFile)('prlimit', ['--pid', String(pid), '--fsize=unlimited'])),
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
};

/**
 * Starts a bundled node on a data folder.
 * @param fileLimit the largest file it may write, in KiB: what a full disk looks like to one process.
 * @throws Error (rejects) with what it printed on standard error when it does not start.
 */
export const startNodeProcess = async (bundle: string, data: string, fileLimit?: number): Promise<NodeProcess> => {
  const limit = fileLimit === undefined ? '' : `trap '' XFSZ; ulimit -S -f ${fileLimit * 2};`;
  const child = spawn('sh', ['-c', `${limit} exec "$0" "$1" "$2"`, process.execPath, bundle, data], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  for await (const line of createInterface({ input: child.stdout })) return nodeProcess(child, line);
  throw new Error(complaints);
};
