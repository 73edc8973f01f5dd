// What the program finds at run time by its folder, beside the chunk that looks for it: so each of these files is an entry
// point of its own. A folder is younger than the last build when a file was added to it or taken away.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

export const readModels = 'projections/readModels';
export const foundFolders = [readModels, 'services/profiles/migrations'];

// Entry points of the files in a folder, as esbuild takes them.
export const entriesOf = (folder) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => ({ in: join(root, folder, file), out: join(basename(folder), basename(file, '.ts')) }));
