import { startProcess, type BenchProcess } from '../processes.ts';
import type { WorkloadName } from './workloads.ts';

/** A server under measurement, in a process of its own. */
export interface ServerProcess extends BenchProcess {
  readonly url: string;
}

export const startServer = async (script: 'nodeProcess' | 'stubProcess', ...args: string[]): Promise<ServerProcess> => {
  const server = startProcess(script, ...args);
  return { ...server, url: await server.line };
};

/** Runs a workload in a new client process; the number it measured. */
export const measure = async (server: ServerProcess, workload: WorkloadName, size: number): Promise<number> =>
  Number(await startProcess('clientProcess', server.url, workload, String(size)).line);
