import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { handOver, type Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { startChild } from './child.ts';
import { processInfo } from './processes.ts';

/** The role that owns everything in the cluster. */
export const owner = 'orderflow';

const passwordFile = 'orderflow-password';

/**
 * Returns the password of the cluster in a folder, after making the cluster if the folder is missing or empty.
 *
 * The password is random and kept beside the data, readable by their owner alone: on 127.0.0.1 any user of the machine
 * can connect, and with `trust` would be superuser, which includes running programs in our name.
 * @throws when the folder holds anything else: it is never emptied.
 */
export async function prepareCluster(
  data: string,
  binaries: Binaries,
  account: Account,
  log: (line: string) => void,
): Promise<string> {
  await removeAbandoned(data);
  if (!(await holdsCluster(data))) await makeCluster(data, binaries, account, log);
  return readFile(join(data, passwordFile), 'utf8').catch((cause: unknown) => {
    throw new Error(`${data} holds a PostgreSQL cluster of someone else's: expected the file ${passwordFile} in it.`, {
      cause,
    });
  });
}

async function holdsCluster(data: string): Promise<boolean> {
  const entries = await readdir(data).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (entries.length > 0 && !entries.includes('PG_VERSION')) {
    throw new Error(
      `${data} is not empty and holds no PostgreSQL cluster (no PG_VERSION): it stays as it is. Give a new or empty folder.`,
    );
  }
  return entries.length > 0;
}

/** Made beside its place and moved there when complete: whoever dies in between leaves no half of a cluster. */
async function makeCluster(
  data: string,
  binaries: Binaries,
  account: Account,
  log: (line: string) => void,
): Promise<void> {
  const workshop = await mkdtemp(`${workshopPrefix(data)}${process.pid}-`);
  try {
    await handOver(workshop, account);
    const password = join(workshop, 'password');
    await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600, flush: true });
    await handOver(password, account);
    const cluster = join(workshop, 'cluster');
    await initdb(cluster, password, binaries, account, log);
    await rename(password, join(cluster, passwordFile));
    await syncFolder(cluster);
    await moveTo(data, cluster);
  } finally {
    await remove(workshop);
  }
}

/** Tries again when files appear meanwhile: an initdb that is being stopped may still write. */
const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 5 });

const workshopPrefix = (data: string): string => `${data}.initdb-`;

/** Removes what launchers that were killed during initdb have left, known by the pid in its name. */
async function removeAbandoned(data: string): Promise<void> {
  const prefix = basename(workshopPrefix(data));
  for (const name of await readdir(dirname(data))) {
    if (!name.startsWith(prefix)) continue;
    const maker = await processInfo(Number.parseInt(name.slice(prefix.length), 10));
    if (maker === undefined || maker.zombie) await remove(join(dirname(data), name));
  }
}

/** Another process may have made the cluster meanwhile: then that one is used. */
async function moveTo(data: string, cluster: string): Promise<void> {
  try {
    await rename(cluster, data);
  } catch (error) {
    if (!(await holdsCluster(data))) throw error;
  }
  await syncFolder(dirname(data));
}

/** A file's name is as durable as its folder's last fsync. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  await folder.sync().finally(() => folder.close());
}

async function initdb(
  cluster: string,
  password: string,
  binaries: Binaries,
  account: Account,
  log: (line: string) => void,
): Promise<void> {
  const child = startChild(
    account,
    binaries.initdb,
    [
      `--pgdata=${cluster}`,
      `--username=${owner}`,
      `--pwfile=${password}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
    ],
    log,
  );
  const end = await child.ended;
  if (end !== 'exit code 0') throw new Error(`initdb failed (${end}):\n${child.lastLines()}`);
}
