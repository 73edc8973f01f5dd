import { readFile, rename, writeFile } from 'node:fs/promises';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { Settings } from '../configuration/sources.ts';
import type { DataFolder } from './folder.ts';
import { isRunning, ProcessId } from './process.ts';
import { readSecrets } from './secrets.ts';

const Run = t.type({
  /** The supervisor. */
  supervisor: ProcessId,
  /** Its processes by name; each changes when it is restarted. */
  processes: t.record(t.string, ProcessId),
  /** Where people and programs reach what runs; URLs that the operator gave stand here without their passwords. */
  addresses: t.record(t.string, t.string),
  /** What further processes need to reach it all. URLs with their passwords: the file is for its owner alone. */
  environment: t.record(t.string, t.string),
  /** Names of the secrets that it took from its own environment instead of the folder. */
  secretsGiven: t.array(t.string),
});

/** What runs on a data folder, as `run.json` in it says. */
export type Run = t.TypeOf<typeof Run>;

export const writeRun = async ({ run }: DataFolder, content: Run): Promise<void> => {
  await writeFile(`${run}.draft`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await rename(`${run}.draft`, run);
};

/** What the file says, whether or not it still runs. A file of another version counts as none. */
export const readRun = async ({ run }: DataFolder): Promise<Run | undefined> => {
  const text = await readFile(run, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return 'null';
    throw error;
  });
  const decoded = Run.decode(JSON.parse(text));
  return E.isRight(decoded) ? decoded.right : undefined;
};

/** The system that runs on the folder, if one does. */
export const findRun = async (folder: DataFolder): Promise<Run | undefined> => {
  const run = await readRun(folder);
  return run !== undefined && (await isRunning(run.supervisor)) ? run : undefined;
};

/** What a command finds in the folder for its configuration: kept secrets, and where the running system is. */
export const folderSettings = async (folder: DataFolder): Promise<Settings> => {
  const { environment = {}, secretsGiven = [] } = (await findRun(folder)) ?? {};
  const kept = Object.entries((await readSecrets(folder)) ?? {}).filter(([name]) => !secretsGiven.includes(name));
  return { ...Object.fromEntries(kept), ...environment };
};
