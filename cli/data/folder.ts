import { access, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { hasCode } from '../errorCode.ts';
import { Failure } from '../failure.ts';

/** Paths within a data folder. */
export interface DataFolder {
  readonly root: string;
  readonly lock: string;
  readonly run: string;
  readonly secrets: string;
  readonly eventStore: string;
  readonly postgres: string;
  readonly mailbox: string;
}

export const defaultFolder = '.orderflow';

export const dataFolder = (path: string): DataFolder => {
  const root = resolve(path);
  const inside = (name: string): string => join(root, name);
  return {
    root,
    lock: inside('lock.json'),
    run: inside('run.json'),
    secrets: inside('secrets.json'),
    eventStore: inside('eventstoredb'),
    postgres: inside('postgres'),
    mailbox: inside('mailbox'),
  };
};

/** Tells that a folder is ours, and in which layout. */
const marker = 'orderflow.json';
const layout = 1;

/** Whether a system was ever started on the folder. */
export const isMade = async ({ root }: DataFolder): Promise<boolean> => {
  try {
    await access(join(root, marker));
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
};

/**
 * Makes the folder on first use.
 * @throws Failure when it holds something else, or was made by a newer version: nothing in it is touched then.
 */
export const openFolder = async ({ root }: DataFolder): Promise<void> => {
  // For its owner alone: it holds secrets and letters.
  await mkdir(root, { recursive: true, mode: 0o700 });
  const entries = await readdir(root);
  if (entries.includes(marker)) return checkLayout(root);
  if (entries.length > 0) {
    throw new Failure(
      `${root} holds something else (no ${marker} in it). Give --data a new, an empty, or our own folder.`,
    );
  }
  await writeFile(join(root, marker), `${JSON.stringify({ layout })}\n`, { flush: true });
};

const checkLayout = async (root: string): Promise<void> => {
  const found: unknown = JSON.parse(await readFile(join(root, marker), 'utf8'));
  if (typeof found === 'object' && found !== null && 'layout' in found && found.layout === layout) return;
  throw new Failure(
    `${root} was made by another version: expected layout ${layout} in ${marker}. Use that version, or give another folder with --data.`,
  );
};

/** Removes all that a system keeps in its folder. The caller holds the lock, which stays. */
export const wipeFolder = async (folder: DataFolder): Promise<void> => {
  const kept = [marker, folder.lock].map((path) => resolve(folder.root, path));
  const paths = (await readdir(folder.root)).map((name) => join(folder.root, name));
  await Promise.all(paths.filter((path) => !kept.includes(path)).map((path) => rm(path, { recursive: true })));
};
