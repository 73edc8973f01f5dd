import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processInfo, type ProcessInfo } from './processes.ts';
import { launcherSetting } from './settings.ts';
import { shutdownSteps } from './shutdown.ts';

/**
 * Frees a data folder of what a killed launcher left behind: an orphan is stopped, a lock file that names a process that
 * is no server of this folder is marked as stale.
 * @throws when the folder is in use by a server whose launcher lives, or that we did not start.
 */
export async function takeOver(data: string, stopTimeoutMs: number): Promise<void> {
  const pid = await lockHolder(data);
  const holder = pid === undefined ? undefined : await processInfo(pid);
  // No lock, or its holder is gone: PostgreSQL sees that by itself.
  if (pid === undefined || holder === undefined) return;
  if (holder.zombie || !serves(holder, data)) return markStale(data);
  const launcher = launcherOf(holder);
  if (launcher === undefined) throw inUse(data, `PostgreSQL process ${pid}, which was not started by orderflow`);
  if (launcher === holder.parent && !(await isLeftAlone(pid, launcher)))
    throw inUse(data, `process ${launcher} (its PostgreSQL is process ${pid})`);
  await stopOrphan(pid, data, stopTimeoutMs);
}

/** Whether a server loses its launcher within a second: one that was just killed may take that long to be gone. */
async function isLeftAlone(pid: number, launcher: number): Promise<boolean> {
  for (const end = Date.now() + 1_000; Date.now() < end; await delay(50)) {
    if ((await processInfo(pid))?.parent !== launcher) return true;
  }
  return false;
}

const lockFile = (data: string): string => join(data, 'postmaster.pid');

async function lockHolder(data: string): Promise<number | undefined> {
  const text = await readFile(lockFile(data), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return /^\d+/.test(text) ? Number.parseInt(text, 10) : undefined;
}

const serves = ({ command }: ProcessInfo, data: string): boolean => `${command} `.includes(`postgres -D ${data} `);

/** The launcher that a server was told of. The system gives an orphan another parent, so comparing the two tells. */
function launcherOf({ command }: ProcessInfo): number | undefined {
  const found = new RegExp(`${launcherSetting}=(\\d+)`).exec(command);
  return found === null ? undefined : Number(found[1]);
}

const inUse = (data: string, by: string): Error =>
  new Error(`${data} is in use by ${by}. Stop that first, or give another data folder.`);

/**
 * Puts our own pid into the lock file: PostgreSQL holds a lock of its parent's for stale. The rest of the file stays, by
 * which it finds out whether any process still has the cluster's shared memory; removing the file would disarm that.
 */
async function markStale(data: string): Promise<void> {
  const text = await readFile(lockFile(data), 'utf8');
  const marked = `${lockFile(data)}.orderflow`;
  await writeFile(marked, text.replace(/^\d+/, String(process.pid)), { mode: 0o600 });
  await rename(marked, lockFile(data));
}

/** Its launcher's watcher may be doing the same: a second signal of a kind changes nothing. */
async function stopOrphan(pid: number, data: string, timeoutMs: number): Promise<void> {
  const isGone = async (): Promise<boolean> => {
    const now = await processInfo(pid);
    return now === undefined || now.zombie || !serves(now, data);
  };
  for (const { signal, waitMs } of shutdownSteps(timeoutMs)) {
    signalIfThere(pid, signal);
    for (const end = Date.now() + waitMs; Date.now() < end; await delay(20)) if (await isGone()) return;
  }
  throw new Error(`PostgreSQL process ${pid}, left in ${data} by a launcher that was killed, does not end. Kill it.`);
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
