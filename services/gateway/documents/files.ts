import type { RouterMiddleware } from '@koa/router';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { docsScript } from './docsPage.ts';
import { fixed, fixedLater } from './fixed.ts';
import { style } from './style.ts';

/** Where the package lies: in node_modules; of a built program, in the one beside it, where the build puts what is used. */
const packageFolder = (): string => dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const ofPackage = (name: string): RouterMiddleware =>
  fixedLater(async () => ({ type: extname(name), content: await readFile(join(packageFolder(), name)) }));

/** What is used of the package; bin/build.js has the same names. */
export const packageFiles = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

/** What the pages are made of, by the names under `/docs/`. */
export const files: ReadonlyMap<string, RouterMiddleware> = new Map([
  ['docs.css', fixed({ type: '.css', content: style })],
  ['docs.js', fixed({ type: '.js', content: docsScript })],
  ...packageFiles.map((name) => [name, ofPackage(name)] as const),
]);
