import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { DataFolderError } from './failures.ts';

/**
 * Whether a folder may be opened as a data folder. lmdb maps its file into memory and trusts it: a file of another kind is
 * taken for an empty one and a file cut short ends the process with SIGBUS, so both are found out before it is opened.
 */

export const DATA_FILE = 'data.mdb';
const LOCK_FILE = 'lock.mdb';
const CREATING = '.creating';

const LMDB_MAGIC = 0xbeefc0de;
const MAGIC_OFFSET = 24;
const META_PAGES = 2;

/** Makes sure that `folder` holds a data file of ours. `create` makes one in the folder it is given, for a first start. */
export const prepareDataFolder = async (folder: string, create: (folder: string) => Promise<void>): Promise<void> => {
  mkdirSync(folder, { recursive: true });
  const found = readdirSync(folder).filter((name) => name !== CREATING);
  if (!found.includes(DATA_FILE)) {
    if (found.length > 0) throw foreign(folder, found);
    await createDataFile(folder, create);
  }
  checkMagic(join(folder, DATA_FILE));
};

/** Made aside and renamed, so that a crash in the middle leaves no half-made file that the next start must refuse. */
const createDataFile = async (folder: string, create: (folder: string) => Promise<void>): Promise<void> => {
  const aside = join(folder, CREATING);
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside);
  await create(aside);
  if (!existsSync(join(folder, DATA_FILE))) renameSync(join(aside, DATA_FILE), join(folder, DATA_FILE));
  rmSync(aside, { recursive: true, force: true });
};

const foreign = (folder: string, found: readonly string[]): DataFolderError =>
  new DataFolderError(
    found.every((name) => name === LOCK_FILE)
      ? `The data folder ${folder} has lost its ${DATA_FILE}: only ${LOCK_FILE} is there. Restore the folder from a backup, or give an empty one.`
      : `The folder ${folder} is not a data folder of this node: it holds ${found.slice(0, 3).join(', ')} but no ${DATA_FILE}. Give an empty or a new folder.`,
  );

const checkMagic = (file: string): void => {
  const pageSize = 4_096;
  const head = Buffer.alloc(MAGIC_OFFSET + 4);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, head, 0, head.length, 0);
  } finally {
    closeSync(handle);
  }
  const size = statSync(file).size;
  if (head.readUInt32LE(MAGIC_OFFSET) === LMDB_MAGIC && size >= META_PAGES * pageSize) return;
  throw new DataFolderError(
    `${file} is not a data file of this node, or what is left of one (${size} bytes). Restore it from a backup, or give an empty folder.`,
  );
};

/** Refuses a data file that is shorter than the pages its last commit counts. To be asked before any page is touched. */
export const checkLength = (folder: string, pages: number, pageSize: number): void => {
  const file = join(folder, DATA_FILE);
  const size = statSync(file).size;
  if (size >= pages * pageSize) return;
  throw new DataFolderError(
    `${file} is torn: expected at least ${pages * pageSize} bytes, found ${size}. Restore it from a backup; what is left was not touched.`,
  );
};

/** Refuses a folder that another process has open. `readerList` is lmdb's list of the processes that read the file. */
export const checkAlone = (folder: string, readerList: string): void => {
  const others = readerList
    .split('\n')
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid);
  if (others.length === 0) return;
  throw new DataFolderError(
    `The data folder ${folder} is in use by process ${others.join(', ')}. Stop that node first, or give ${basename(folder)} another name.`,
  );
};
