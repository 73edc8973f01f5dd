import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from './configuration/decode.ts';
import { orFail } from './configuration/faults.ts';
import { sourceOf, type Sources } from './configuration/sources.ts';
import type { DataFolder } from './data/folder.ts';
import { findRun, folderSettings, type Run } from './data/run.ts';
import { Failure } from './failure.ts';

/** @param instead completes "…, or", with what else would say where a system is */
const noSystem = ({ root }: DataFolder, instead: string): string =>
  `No system runs on ${root}. Start one with npm start, name the data folder of another with --data, or ${instead}.`;

/** The system that runs on a folder, ready. @throws Failure that says how to come by one. */
export const runningSystem = async (folder: DataFolder, instead: string): Promise<Run> => {
  const run = await findRun(folder);
  if (run === undefined) throw new Failure(noSystem(folder, instead));
  if (Object.keys(run.addresses).length > 0) return run;
  throw new Failure(`The system on ${folder.root} is still starting. Try again when it says that it is ready.`);
};

/**
 * What a command is configured with, by the environment and by what is known of the system on a folder.
 * @throws Failure that lists every fault, and where what is missing would come from.
 */
export const configured = async <A>(
  folder: DataFolder,
  environment: Sources['environment'],
  configure: (sources: Sources) => E.Either<ReadonlyArray<Fault>, A>,
): Promise<A> => {
  const sources = { environment, folder: await folderSettings(folder) };
  const result = configure(sources);
  if (E.isRight(result)) return result.right;
  const missing = result.left.map(({ variable }) => variable).filter((name) => sourceOf(name, sources) === 'default');
  const isAlone = missing.length > 0 && (await findRun(folder)) === undefined;
  return orFail(result, isAlone ? noSystem(folder, `set ${missing.join(', ')}`) : undefined);
};
