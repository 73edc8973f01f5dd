import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import type { DataFolder } from './folder.ts';
import { isRunning, type ProcessId } from './process.ts';
import { readRun } from './run.ts';

/** Milliseconds; longer than a killed supervisor's processes are left to stop by themselves. */
const timeoutMs = 10_000;

/** Waits for what a supervisor that was killed has left on the folder: its processes may still be about to stop. */
export const untilPredecessorIsGone = async (folder: DataFolder): Promise<void> => {
  const before = Object.values((await readRun(folder))?.processes ?? {});
  let left = await running(before);
  for (const deadline = Date.now() + timeoutMs; left.length > 0 && Date.now() < deadline; await delay(25)) {
    left = await running(left);
  }
  if (left.length === 0) return;
  const pids = left.map(({ pid }) => pid).join(' ');
  throw new Failure(`Processes of the system that ran here before do not end. End them by: kill -9 ${pids}`);
};

const running = async (all: ReadonlyArray<ProcessId>): Promise<ReadonlyArray<ProcessId>> => {
  const marked = await Promise.all(all.map(async (one) => ((await isRunning(one)) ? [one] : [])));
  return marked.flat();
};
