import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { pathToFileURL } from 'node:url';
import { tableFaultsOf } from './columns.ts';
import { definitionFault, isProjection } from './definition.ts';
import { definitionsOf, type Projection } from './projection.ts';

/** TypeScript, or what the build has made of it; no tests, no source maps. */
const isModule = (file: string): boolean => /^\w+\.m?[jt]s$/.test(file);

const projectionIn = async (path: string): Promise<Projection> => {
  const exported = new Map<string, unknown>(Object.entries((await import(pathToFileURL(path).href)) as object));
  const name = parse(path).name;
  if (!exported.has(name))
    throw new Error(
      `${path}: expected an export "${name}", found the exports ${[...exported.keys()].join(', ') || '(none)'}`,
    );
  const projection = exported.get(name);
  if (!isProjection(projection))
    throw new Error(`${path}: expected a projection as export "${name}", found: ${definitionFault(projection)}`);
  const fault = definitionsOf(projection).flatMap(tableFaultsOf)[0];
  if (fault === undefined) return projection;
  throw new Error(`${path}: expected tables that can be filled and compared, found: ${fault}`);
};

/**
 * The projections that the files of a folder define, in the order of the files' names.
 * @throws Error when a file exports no projection under its own name, when its rows would depend on how the log is cut into
 * batches or could not be compared, or when two projections have one name.
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
