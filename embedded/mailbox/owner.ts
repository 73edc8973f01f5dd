import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Database, RootDatabase } from 'lmdb';

type Owner = { pid: number; started: string };

/**
 * Makes this process the folder's owner, and returns what gives the folder up. lmdb lets one process write at a time, so
 * of two that start together one sees the other. An owner that was killed is told from a living one, and from a stranger
 * that got its pid, by when the process started.
 * @throws when the owner is alive.
 */
export function claim(root: RootDatabase, data: string): () => void {
  const owners: Database<Owner, string> = root.openDB({ name: 'owner' });
  const ours = { pid: process.pid, started: startOf(process.pid) ?? '' };
  const other = owners.transactionSync(() => {
    const owner = owners.get('owner');
    if (owner !== undefined && startOf(owner.pid) === owner.started) return owner;
    void owners.put('owner', ours);
    return undefined;
  });
  if (other !== undefined) {
    throw new Error(
      `The mailbox folder ${data} is in use by process ${other.pid}. Stop that first, or give another folder.`,
    );
  }
  return () => void owners.removeSync('owner');
}

/** When a process started, in the system's own words; undefined when it does not run (any more). */
function startOf(pid: number): string | undefined {
  try {
    return process.platform === 'linux'
      ? fromProc(pid)
      : execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        });
  } catch {
    return undefined;
  }
}

/** proc_pid_stat(5): field 3 is the state, Z for a process that has ended; field 22 the start in ticks since boot. */
function fromProc(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z'
    ? undefined
    : `${fields[19]} ${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}`;
}
