import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export type ProcessInfo = { parent: number; zombie: boolean; command: string };

/** What the system knows of a process; undefined when there is none with this pid. */
export const processInfo = (pid: number): Promise<ProcessInfo | undefined> =>
  process.platform === 'linux' ? fromProc(pid) : fromPs(pid);

/** Linux: from `/proc`, for slim images have no `ps`. */
async function fromProc(pid: number): Promise<ProcessInfo | undefined> {
  try {
    const [stat, command] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ]);
    // The second field is the program's name in brackets, which may itself hold brackets and spaces.
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(parent), zombie: state === 'Z', command: command.split('\0').join(' ') };
  } catch {
    return undefined;
  }
}

async function fromPs(pid: number): Promise<ProcessInfo | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'ppid=,stat=,command=', '-p', String(pid)]);
    const [, parent, state = '', command = ''] = /^\s*(\d+)\s+(\S+)\s+(.*)/s.exec(stdout) ?? [];
    return { parent: Number(parent), zombie: state.startsWith('Z'), command };
  } catch {
    return undefined;
  }
}
