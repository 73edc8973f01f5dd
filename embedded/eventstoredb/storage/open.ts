import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open, type RootDatabase, type RootDatabaseOptions } from 'lmdb';
import { checkAlone, checkLength, prepareDataFolder } from './dataFolder.ts';
import { DataFolderError } from './failures.ts';
import { createStorage, type Storage } from './storage.ts';

const FORMAT_KEY = Buffer.from('format');
const FORMAT = 'orderflow-eventstoredb 1';

/**
 * overlappingSync off: lmdb's own commit, whose two syncs survive a power cut without the help of a boot id.
 * eventTurnBatching off: each commit is one explicit batch, and with it on a failed commit also rejects a promise that
 * nobody can reach, which ends the process.
 * noSubdir off: lmdb would take a folder with a dot in its name for its data file.
 */
const OPTIONS = {
  encoding: 'binary',
  keyEncoding: 'binary',
  maxDbs: 4,
  overlappingSync: false,
  eventTurnBatching: false,
  noSubdir: false,
} as const;

const openEnvironment = (folder: string, options: Partial<RootDatabaseOptions> = {}): RootDatabase<Buffer, Buffer> =>
  open<Buffer, Buffer>({ path: folder, ...OPTIONS, ...options });

/** Folders open in this process: lmdb would hand out the same environment twice. */
const openFolders = new Set<string>();

/**
 * Opens a data folder, or makes one of an empty or missing folder. Every commit is on disk before it is reported.
 * @throws DataFolderError (rejects) when the folder is foreign, torn, of another format, or in use.
 */
export const openFolder = async (folder: string): Promise<Storage> => {
  await prepareDataFolder(folder, async (aside) => {
    const root = openEnvironment(aside);
    await root.put(FORMAT_KEY, Buffer.from(FORMAT));
    await root.close();
  });
  const path = realpathSync(folder);
  if (openFolders.has(path))
    throw new DataFolderError(
      `The data folder ${folder} is in use by another node of this process. Stop that node first.`,
    );
  openFolders.add(path);
  try {
    const storage = await openChecked(path);
    return {
      ...storage,
      close: async () => {
        await storage.close();
        openFolders.delete(path);
      },
    };
  } catch (error) {
    openFolders.delete(path);
    throw error;
  }
};

const openChecked = async (folder: string): Promise<Storage> => {
  const root = openEnvironment(folder);
  try {
    const { lastPageNumber, pageSize } = pagesOf(root.getStats());
    checkLength(folder, lastPageNumber + 1, pageSize);
    const format = root.get(FORMAT_KEY)?.toString();
    if (format !== FORMAT)
      throw new DataFolderError(
        `The data folder ${folder} has format ${format ?? 'of another program'}, this node reads ${FORMAT}. Give it its own folder.`,
      );
    root.readerCheck();
    checkAlone(folder, root.readerList());
    return createStorage(root);
  } catch (error) {
    await root.close();
    throw error;
  }
};

const pagesOf = (stats: object): { lastPageNumber: number; pageSize: number } => {
  if ('lastPageNumber' in stats && 'pageSize' in stats)
    return { lastPageNumber: Number(stats.lastPageNumber), pageSize: Number(stats.pageSize) };
  throw new TypeError(`Expected lmdb's statistics to count pages, found ${Object.keys(stats).join(', ')}`);
};

/**
 * Opens storage for as long as the process lives: the same tables in a temporary folder, never synced. The folder is
 * removed as soon as it is open, where the operating system allows that, so that even a killed process leaves nothing.
 * @param parent the folder that the temporary one is made in.
 */
export const openTemporary = (parent = tmpdir()): Storage => {
  const folder = mkdtempSync(join(parent, 'orderflow-eventstoredb-'));
  const storage = createStorage(openEnvironment(folder, { noSync: true }));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  if (process.platform === 'win32')
    return {
      ...storage,
      close: async () => {
        await storage.close();
        remove();
      },
    };
  remove();
  return storage;
};
