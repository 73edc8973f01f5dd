#!/usr/bin/env node
// Runs dist/main.js, after building it where that has not been done yet (npm ci --ignore-scripts, a removed dist/).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

if (!existsSync(new URL('../dist/main.js', import.meta.url))) {
  const build = fileURLToPath(new URL('build.js', import.meta.url));
  const { status } = spawnSync(process.execPath, [build], { stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    console.error('orderflow: dist/ is missing and could not be built. Run npm ci, then npm run build.');
    process.exit(1);
  }
}
await import('../dist/main.js');
