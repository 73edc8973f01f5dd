import { rm } from 'node:fs/promises';
import type { DataFolder } from '../data/folder.ts';
import { identify } from '../data/process.ts';
import { writeRun, type Run } from '../data/run.ts';
import type { System } from './system.ts';

/** What runs at one moment, under this supervisor; `addresses` are empty until the system is ready. */
export interface Moment extends System {
  readonly pids: Readonly<Record<string, number>>;
  readonly secretsGiven: ReadonlyArray<string>;
}

/** Keeps `run.json` of a data folder true, one writing after the other. */
export interface RunRecord {
  readonly write: () => Promise<Run>;
  readonly remove: () => Promise<void>;
}

/** @param now asked at each writing. */
export const createRecord = (folder: DataFolder, now: () => Moment): RunRecord => {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <A>(job: () => Promise<A>): Promise<A> => {
    const done = last.then(job);
    // A writing that failed is its caller's concern, not that of the next.
    last = done.catch(() => undefined);
    return done;
  };
  return {
    write: () => inTurn(() => write(folder, now())),
    remove: () => inTurn(() => rm(folder.run, { force: true })),
  };
};

const write = async (folder: DataFolder, { pids, addresses, environment, secretsGiven }: Moment): Promise<Run> => {
  const entries = Object.entries(pids).map(async ([name, pid]) => [name, await identify(pid)] as const);
  const processes = Object.fromEntries(await Promise.all(entries));
  const supervisor = await identify(process.pid);
  const run: Run = { supervisor, processes, addresses, environment, secretsGiven: [...secretsGiven] };
  await writeRun(folder, run);
  return run;
};
