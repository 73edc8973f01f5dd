import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import * as t from 'io-ts';
import { hasCode } from '../errorCode.ts';

/**
 * A process as it can be told apart from a later one with the same pid. `started` is when it did, in whatever form this
 * system gives; absent when the system does not say.
 */
export const ProcessId = t.readonly(
  t.intersection([t.type({ pid: t.number }), t.partial({ started: t.string })]),
  'a process ({"pid": number, "started"?: string})',
);
export type ProcessId = t.TypeOf<typeof ProcessId>;

export const identify = async (pid: number): Promise<ProcessId> => ({ pid, started: await startOf(pid) });

/** Whether this very process still runs. */
export const isRunning = async ({ pid, started }: ProcessId): Promise<boolean> => {
  if (!exists(pid)) return false;
  const now = await startOf(pid);
  return now !== undefined && (started === undefined || started === now);
};

const exists = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process exists, too.
    return hasCode(error, 'EPERM');
  }
};

const startOf = (pid: number): Promise<string | undefined> =>
  (process.platform === 'linux' ? fromProc(pid) : fromPs(pid)).catch(() => undefined);

/** Field 22 of `/proc/<pid>/stat` (proc_pid_stat(5)): clock ticks since boot. A zombie (state Z) runs no more. */
const fromProc = async (pid: number): Promise<string | undefined> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in brackets, which may itself hold brackets and blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
};

const fromPs = async (pid: number): Promise<string | undefined> => {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]);
  const [, state = '', started] = /^\s*(\S+)\s+(.*\S)/.exec(stdout) ?? [];
  return state.startsWith('Z') ? undefined : started;
};
