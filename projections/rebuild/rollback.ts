import { definitionOf, type Projection } from '../projection.ts';
import { findLive, slotsOf, type Slot } from '../slots.ts';
import { persevere, type Attempted } from './persevere.ts';
import type { OnProgress } from './progress.ts';
import { replace, type Means } from './replace.ts';

export interface RollbackOptions {
  readonly onProgress?: OnProgress;
  /** Stops it; the next run goes on. */
  readonly signal?: AbortSignal;
}

const definitionFor = ({ name, version }: Slot, projection: Projection): Projection => {
  const definition = definitionOf(projection, version);
  if (definition !== undefined) return definition;
  throw new Error(
    `${name} holds version ${version} of ${projection.name}, which this code does not know: use older code`,
  );
};

/**
 * Catches the slot that was live before up with the one that is, and swaps them. What was live becomes the previous one, so
 * that rolling back twice changes nothing. A version that was rolled back from is not made again by an upgrade.
 * @returns the name of the slot that is live now
 * @throws Error when there is no previous slot; BadEvent, Unavailable, the signal's reason as `rebuild` does
 */
export const rollback = async (
  means: Means,
  projection: Projection,
  options: RollbackOptions = {},
): Promise<string> => {
  const { onProgress, signal = new AbortController().signal } = options;
  const { name } = projection;
  const fresh = (await slotsOf(means.database, projection)).previous;
  if (fresh === undefined)
    throw new Error(`${name} has no previous slot to go back to: a rebuild or a new version keeps one`);
  const definition = definitionFor(fresh, projection);
  const look = async (): Promise<string | undefined> => {
    const live = await findLive(means.database.query, name);
    return live?.name === fresh.name ? fresh.name : undefined;
  };
  const perseverance = { retry: means.settings.lease.retry, onProgress, signal };
  return persevere(perseverance, look, async (): Promise<Attempted<string>> => {
    const { live, previous } = await slotsOf(means.database, projection);
    if (live.name === fresh.name) return { done: fresh.name };
    if (previous?.name !== fresh.name) throw new Error(`${fresh.name} was dropped meanwhile: ${live.name} stays live`);
    const attempt = { projection: definition, live, fresh, onProgress, signal };
    const swapped = await replace(means, attempt, ({ takePlace }) => takePlace());
    return swapped === undefined ? { filledByOthers: fresh.name } : { done: fresh.name };
  });
};
