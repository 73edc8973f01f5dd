import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { WorkloadName } from './workloads.ts';

/** A server under measurement, in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  /** Private memory in MB (RssAnon), where the operating system tells. */
  readonly privateMemory: () => number;
  readonly stop: () => Promise<void>;
}

const start = (script: string, args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [fileURLToPath(new URL(`./${script}.mjs`, import.meta.url)), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

const firstLine = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const [line, rest] = text.split('\n');
      if (line !== undefined && rest !== undefined) resolve(line);
    });
    child.once('exit', (code) => reject(new Error(`Expected a line of output, found exit code ${code}`)));
  });

export const startServer = async (script: 'nodeProcess' | 'stubProcess', ...args: string[]): Promise<ServerProcess> => {
  const child = start(script, args);
  const url = await firstLine(child);
  return {
    url,
    privateMemory: () => {
      const [, kilobytes] = /RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      return Number(kilobytes) / 1_024;
    },
    stop: async () => {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await exited;
    },
  };
};

/** Runs a workload in a new client process; the number it measured. */
export const measure = async (server: ServerProcess, workload: WorkloadName, size: number): Promise<number> =>
  Number(await firstLine(start('clientProcess', [server.url, workload, String(size)])));
