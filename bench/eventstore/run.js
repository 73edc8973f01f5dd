// Bundles the benchmark and its processes, and runs it: Node 20 does not run TypeScript by itself.
import process from 'node:process';
import { URL } from 'node:url';
import { build } from 'esbuild';

const out = new URL('../../node_modules/.cache/orderflow/bench/', import.meta.url);
const source = (path) => new URL(path, import.meta.url).pathname;

await build({
  entryPoints: ['../eventstore.ts', 'clientProcess.ts', 'nodeProcess.ts', 'stubProcess.ts'].map(source),
  entryNames: '[name]',
  outdir: out.pathname,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  logLevel: 'warning',
});
process.argv[1] = source('../eventstore.ts');
await import(new URL('eventstore.mjs', out));
