import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { processInfo } from './processes.ts';

/** Lets Node run the sources as they are. In a data URL, so that it is no file of the project's. */
const loader = `
  import { createRequire } from 'node:module';
  import { fileURLToPath } from 'node:url';
  const { transformFile } = createRequire(${JSON.stringify(import.meta.url)})('@swc/core');
  const options = { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } };
  export async function load(url, context, next) {
    if (!url.endsWith('.ts')) return next(url, context);
    const { code } = await transformFile(fileURLToPath(url), options);
    return { format: 'module', source: code, shortCircuit: true };
  }`;
const dataUrl = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
const register = dataUrl(`import { register } from 'node:module'; register(${JSON.stringify(dataUrl(loader))});`);

export type TestProcess = {
  pid: number;
  /** The next line it prints. */
  nextLine: () => Promise<string>;
  /** To its whole group, as Ctrl-C does. */
  kill: (signal: NodeJS.Signals) => void;
};

/** Runs a module, as if it stood in `embedded/`, in a process of its own that a test can kill. */
export function startProcess(code: string, env = process.env): TestProcess {
  const child = spawn(process.execPath, ['--import', register, '--input-type=module', '--eval', code], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
    env,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('Node could not be started.');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid,
    nextLine: async () => String((await lines.next()).value),
    kill: (signal) => void process.kill(-pid, signal),
  };
}

/** A launcher in a process of its own, and the server it started. */
export async function launch(data: string, more = '', env = process.env) {
  const launcher = startProcess(
    `import { startPostgres } from './postgres/postgres.ts';
     const postgres = await startPostgres({ data: ${JSON.stringify(data)} });
     console.log(JSON.stringify({ pid: postgres.pid, url: postgres.url('postgres') }));
     ${more}`,
    env,
  );
  return { launcher, ...(JSON.parse(await launcher.nextLine()) as { pid: number; url: string }) };
}

/** Whether a process has ended; a zombie has. */
export async function isGone(pid: number): Promise<boolean> {
  const info = await processInfo(pid);
  return info === undefined || info.zombie;
}

/** Waits until a condition holds; a test's own time-out ends the wait. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(20);
}

/** The rows of one query over a connection of its own. */
export async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
