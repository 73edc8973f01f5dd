import { join } from 'node:path';
import { findProjections } from './find.ts';
import type { Projection } from './projection.ts';

/**
 * Every projection: one a file of `readModels/`, exported under the file's name. To add the file is all, also for the build,
 * which puts it into the folder of that name beside the chunk that looks for it.
 */
export const registry: ReadonlyArray<Projection> = await findProjections(join(import.meta.dirname, 'readModels'));
