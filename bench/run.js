// Bundles a benchmark and the processes it starts, and runs it: Node 20 does not run TypeScript by itself.
// `node bench/run.js NAME [arguments]` runs bench/NAME.ts, whose processes are bench/NAME/*Process.ts and bench/*Process.ts.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { entriesOf, readModels } from '../bin/found.js';

const [node, , name = '', ...args] = process.argv;
const folder = fileURLToPath(new URL('.', import.meta.url));
const processes = [folder, join(folder, name)].flatMap((where) =>
  readdirSync(where)
    .filter((file) => file.endsWith('Process.ts'))
    .map((file) => join(where, file)),
);
const out = join(folder, '../node_modules/.cache/orderflow/bench', name);

await build({
  entryPoints: [
    { in: join(folder, `${name}.ts`), out: name },
    ...processes.map((file) => ({ in: file, out: basename(file, '.ts') })),
    ...entriesOf(readModels),
  ],
  outdir: out,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  logLevel: 'warning',
});
process.argv = [node, join(folder, `${name}.ts`), ...args];
await import(pathToFileURL(join(out, `${name}.mjs`)));
