import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import * as E from 'fp-ts/lib/Either.js';
import { hasCode } from '../errorCode.ts';
import { Failure } from '../failure.ts';
import { identify, isRunning, ProcessId } from './process.ts';

/**
 * Takes the lock of a data folder for this process.
 * A lock whose process has died is taken over; two that try so at once are told apart by a second lock around it.
 * Written by hand, because the packages for it renew a time stamp and would hold a killed process for alive for seconds.
 * @returns the way to give it back.
 * @throws Failure naming the process that has it.
 */
export const takeLock = async (path: string): Promise<() => Promise<void>> => {
  const mine = await identify(process.pid);
  const release = (): Promise<void> => rm(path, { force: true });
  if (await place(path, mine)) return release;
  const around = `${path}.takeover`;
  if (!(await place(around, mine))) throw await beingTakenOver(around);
  try {
    const holder = await holderOf(path);
    if (holder !== undefined && (await isRunning(holder))) throw taken(path, holder);
    await rm(path, { force: true });
    if (!(await place(path, mine))) throw taken(path, await holderOf(path));
    return release;
  } finally {
    await rm(around, { force: true });
  }
};

/** The process that holds the lock, if it runs. */
export const lockHolder = async (path: string): Promise<ProcessId | undefined> => {
  const holder = await holderOf(path);
  return holder !== undefined && (await isRunning(holder)) ? holder : undefined;
};

/** Whether the file could be made. Complete from the first moment on: a link is made of a file already written. */
const place = async (path: string, content: ProcessId): Promise<boolean> => {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(content), { mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
};

const holderOf = async (path: string): Promise<ProcessId | undefined> => {
  try {
    return decodeHolder(await readFile(path, 'utf8'));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw new Failure(
      `Cannot read the lock ${path}: ${String(error)}. If no orderflow runs on that folder, delete it.`,
    );
  }
};

const decodeHolder = (content: string): ProcessId => {
  const decoded = ProcessId.decode(JSON.parse(content));
  if (E.isRight(decoded)) return decoded.right;
  throw new Error(`expected ${ProcessId.name}, found ${content.slice(0, 100)}`);
};

const beingTakenOver = async (around: string): Promise<Failure> => {
  const holder = await lockHolder(around);
  return holder === undefined
    ? new Failure(`A process died while it took over the data folder. Delete ${around}, then start again.`)
    : taken(around, holder);
};

const taken = (path: string, holder: ProcessId | undefined): Failure =>
  new Failure(
    `The data folder is in use by process ${holder?.pid ?? 'that has just ended'} (lock ${path}). ` +
      'Stop it first (Ctrl-C where it runs, or kill), or give another folder with --data.',
  );
