import type { GroupSettings } from '../settings.ts';
import type { Completed } from './progress.ts';

export type CheckpointSettings = Pick<GroupSettings, 'checkpointAfterMs' | 'minCheckpointCount' | 'maxCheckpointCount'>;

/** Decides when a checkpoint is due. */
export interface Checkpointing {
  /**
   * The place to write a checkpoint for, or undefined when none is due. At a tick one is due when the minimum count has
   * been completed and the time has passed since the last one; at any moment when the maximum count has been completed.
   */
  readonly due: (completed: Completed, now: number, isTick: boolean) => bigint | undefined;
  /** The place of the last checkpoint: the one last returned by `due`, or the one the group started from. */
  readonly last: () => bigint | undefined;
}

export const createCheckpointing = (settings: CheckpointSettings, loaded: bigint | undefined): Checkpointing => {
  let place = loaded;
  let count = 0;
  let writtenAt = Number.NEGATIVE_INFINITY;

  const isDue = (since: number, now: number, isTick: boolean) => {
    if (since >= settings.maxCheckpointCount) return since > 0;
    // The real server takes a time of 0 for "never by time".
    if (settings.checkpointAfterMs === 0 || now - writtenAt < settings.checkpointAfterMs) return false;
    return isTick && since > 0 && since >= settings.minCheckpointCount;
  };

  return {
    due: (completed, now, isTick) => {
      if (completed.place === undefined || !isDue(completed.count - count, now, isTick)) return undefined;
      count = completed.count;
      writtenAt = now;
      place = completed.place;
      return place;
    },
    last: () => place,
  };
};
