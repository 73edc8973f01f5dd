import { execFile } from 'node:child_process';
import { chown, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How PostgreSQL's programs are started so that they do not run as root, which they refuse. */
export type Account = {
  /** Put before the program and its arguments. */
  prefix: readonly string[];
  /** Given to `spawn`; absent when the programs run as ourselves. */
  ids?: { uid: number; gid: number };
};

const ourselves: Account = { prefix: [] };
const namespace: Account = { prefix: ['unshare', '--user', '--map-user=65534', '--map-group=65534'] };

/**
 * The account for a data folder. Ordinary users run PostgreSQL directly. Root runs it
 * - as the owner of the data folder (or of the one it will be made in), when that is an ordinary user;
 * - else in a user namespace, where root looks like `nobody` to PostgreSQL and yet owns root's files: it needs no other
 *   account and works below folders of mode 0700;
 * - else, where namespaces are forbidden, as `nobody`, who must be able to reach the data folder.
 */
export async function chooseAccount(data: string): Promise<Account> {
  if (process.getuid?.() !== 0) return ourselves;
  const { uid, gid } = await stat(data).catch(() => stat(dirname(data)));
  if (uid !== 0) return { prefix: [], ids: { uid, gid } };
  return (await canUnshare()) ? namespace : { prefix: [], ids: await nobody() };
}

const canUnshare = (): Promise<boolean> => {
  const [command = '', ...rest] = [...namespace.prefix, 'true'];
  return run(command, rest).then(
    () => true,
    () => false,
  );
};

async function nobody(): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all([run('id', ['-u', 'nobody']), run('id', ['-g', 'nobody'])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** Gives a file or folder we made to the account. */
export async function handOver(path: string, { ids }: Account): Promise<void> {
  if (ids !== undefined) await chown(path, ids.uid, ids.gid);
}
