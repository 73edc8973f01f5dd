import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process of a benchmark: one of the scripts that bench/run.js has bundled beside it. */
export interface BenchProcess {
  /** The first line that it prints. */
  readonly line: Promise<string>;
  /** Private memory in MB (RssAnon), where the operating system tells. */
  readonly privateMemory: () => number;
  readonly stop: () => Promise<void>;
}

/** Private memory of a process in MB (RssAnon), where the operating system tells. */
export const privateMemoryOf = (pid: number | 'self'): number => {
  const [, kilobytes] = /RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1_024;
};

/** Looks at this process' private memory from now on. @returns ends that, and answers with the most there was, in MB */
export const watchMemory = (): (() => number) => {
  let most = 0;
  const looking = setInterval(() => (most = Math.max(most, privateMemoryOf('self'))), 100);
  return () => {
    clearInterval(looking);
    return most;
  };
};

export const startProcess = (script: string, ...args: readonly string[]): BenchProcess => {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`./${script}.mjs`, import.meta.url)), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const line = Promise.race([
    once(lines, 'line').then(([text]) => String(text)),
    exited.then(([code]) => Promise.reject(new Error(`Expected a line of ${script}, found exit code ${code}`))),
  ]);
  return {
    line,
    privateMemory: () => privateMemoryOf(child.pid ?? 'self'),
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
};
