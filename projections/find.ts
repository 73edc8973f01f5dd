import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ProjectionName } from '../domain/skip/messages.ts';
import { cutFaultOf } from './columns.ts';
import { definitionsOf, type Projection } from './projection.ts';

/** TypeScript, or what the build has made of it; no tests, no source maps. */
const isModule = (file: string): boolean => /^\w+\.m?[jt]s$/.test(file);

/** Whoever wrote the file may not have had its types checked. */
const isProjection = (u: unknown): u is Projection => {
  if (typeof u !== 'object' || u === null) return false;
  if (!('name' in u && 'version' in u && 'tables' in u && 'on' in u)) return false;
  return (
    ProjectionName.is(u.name) && Number.isSafeInteger(u.version) && Array.isArray(u.tables) && typeof u.on === 'object'
  );
};

const projectionIn = async (path: string): Promise<Projection> => {
  const exported = new Map<string, unknown>(Object.entries((await import(pathToFileURL(path).href)) as object));
  const name = parse(path).name;
  const projection = exported.get(name);
  if (isProjection(projection)) {
    const fault = definitionsOf(projection)
      .map(cutFaultOf)
      .find((found) => found !== undefined);
    if (fault === undefined) return projection;
    throw new Error(`${path}: expected tables that are the same however the log is cut into batches, found: ${fault}`);
  }
  const found = exported.has(name) ? 'something else' : `the exports ${[...exported.keys()].join(', ') || '(none)'}`;
  throw new Error(
    `${path}: expected an export "${name}" with a name (lower case letters and "_", 40 at most), a version, tables and on; ` +
      `found ${found}`,
  );
};

/**
 * The projections that the files of a folder define, in the order of the files' names.
 * @throws Error when a file exports no projection under its own name, when its rows would depend on how the log is cut into
 * batches, or when two projections have one name.
 */
export const findProjections = async (folder: string): Promise<ReadonlyArray<Projection>> => {
  const files = new Map<string, string>();
  const projections: Projection[] = [];
  for (const file of (await readdir(folder)).filter(isModule).sort()) {
    const projection = await projectionIn(join(folder, file));
    const other = files.get(projection.name);
    if (other !== undefined)
      throw new Error(
        `Expected each projection to have a name of its own, found "${projection.name}" in ${other} and in ${file} of ${folder}`,
      );
    files.set(projection.name, file);
    projections.push(projection);
  }
  return projections;
};
