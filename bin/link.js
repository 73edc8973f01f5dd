#!/usr/bin/env node
// Puts `orderflow` into node_modules/.bin, so that `npx orderflow …` works inside this folder right after `npm ci`:
// npm links the commands of dependencies only, never the ones of the package itself.
import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'node_modules', '.bin');
mkdirSync(folder, { recursive: true });
chmodSync(join(root, 'bin', 'orderflow.js'), 0o755);
rmSync(join(folder, 'orderflow'), { force: true });
symlinkSync(join('..', '..', 'bin', 'orderflow.js'), join(folder, 'orderflow'));
