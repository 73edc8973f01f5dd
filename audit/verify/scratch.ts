import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open, type Database, type RootDatabase } from 'lmdb';

/** Values by key, of which only the lately used ones are in memory. */
export interface Shelf<Value> {
  readonly get: (key: string) => Value | undefined;
  readonly set: (key: string, value: Value) => void;
  /** To be awaited now and then: writes down what was not used lately, so that memory stays bounded. */
  readonly settle: () => Promise<void>;
  /** Every key and its value, in the order of the keys. Nothing may be set meanwhile. */
  readonly entries: () => AsyncGenerator<readonly [string, Value], void, undefined>;
  /** How many keys there are. */
  readonly count: () => Promise<number>;
}

/** Room on disk for what is needed while something is done, and never again. */
export interface Scratch {
  /** @param most values in memory, a few times over */
  readonly shelf: <Value>(name: string, most?: number) => Shelf<Value>;
  readonly close: () => Promise<void>;
}

/** Enough for what is under way at the same time in a busy system, and a few MB. */
const defaultMost = 2_000;

/** Keys and values read from disk at a time. */
const page = 1_000;

/**
 * Two generations in memory: what is used moves to the young one; when that is full, the old one is written down behind
 * the reader's back, and is looked into until it is.
 */
const createShelf = <Value>(database: Database<Value, string>, most: number): Shelf<Value> => {
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  let leaving = new Map<string, Value>();
  let written: Promise<unknown> = Promise.resolve();

  const write = (values: ReadonlyMap<string, Value>): Promise<unknown> =>
    database.batch(() => {
      for (const [key, value] of values) void database.put(key, value);
    });

  const age = async (): Promise<void> => {
    await written;
    leaving = old;
    old = young;
    young = new Map();
    for (const key of old.keys()) leaving.delete(key);
    written = write(leaving);
    // Whoever settles next is told; until then nobody listens.
    written.catch(() => undefined);
  };

  const writeAll = async (): Promise<void> => {
    await age();
    await age();
    await age();
    await written;
  };

  return {
    get: (key) => {
      const recent = young.get(key);
      if (recent !== undefined) return recent;
      return old.get(key) ?? leaving.get(key) ?? database.get(key);
    },
    set: (key, value) => void young.set(key, value),
    settle: async () => {
      if (young.size >= most) await age();
    },
    entries: async function* () {
      await writeAll();
      let start: string | undefined;
      for (;;) {
        const found = [...database.getRange({ start, limit: page, exclusiveStart: start !== undefined })];
        for (const { key, value } of found) yield [key, value] as const;
        start = found.at(-1)?.key;
        if (found.length < page) return;
      }
    },
    count: async () => {
      await writeAll();
      return database.getKeysCount();
    },
  };
};

const openEnvironment = (folder: string): RootDatabase =>
  open({ path: folder, maxDbs: 8, noSync: true, overlappingSync: false, eventTurnBatching: false });

/**
 * Opens a scratch folder inside `parent`. Nothing of it outlives the process, however that ends: where the operating system
 * lets a file without a name live on, the folder is removed at once.
 */
export const openScratch = (parent = tmpdir()): Scratch => {
  const folder = mkdtempSync(join(parent, 'orderflow-audit-'));
  const root = openEnvironment(folder);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const removesLate = process.platform === 'win32';
  if (!removesLate) remove();
  return {
    shelf: <Value>(name: string, most = defaultMost) => createShelf(root.openDB<Value, string>({ name }), most),
    close: async () => {
      await root.close();
      if (removesLate) remove();
    },
  };
};
