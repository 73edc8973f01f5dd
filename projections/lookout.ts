import type { Logger } from 'pino';
import { pause, waitBefore, type Backoff } from '../eventstore/backoff.ts';
import { messageOf, Unavailable } from '../eventstore/faults.ts';
import { createWaiters } from './waiters.ts';

/** What one look at a projection's live slot found out. */
export interface Glance {
  /** How far the slot is. */
  readonly position: bigint;
  /** Whether there is more to look at than one look takes in. */
  readonly more: boolean;
}

/** What is looked for in a projection, beside how far it is. */
export interface Sight {
  /** Whether anybody waits for it. */
  readonly isWanted: () => boolean;
  /** Looks for what is new since the last look, for all who wait, by one query, and tells them. */
  readonly look: () => Promise<Glance>;
}

/** Looks at one projection for all who wait for something that it will show. */
export interface Lookout {
  /** Resolves with true when the live slot shows everything up to `position`, with false when `signal` aborts first. */
  readonly reached: (position: bigint, signal: AbortSignal) => Promise<boolean>;
  /** Looks again if anybody waits, now that a slot stands at `position`; undefined: whatever may have happened. */
  readonly notice: (position?: bigint) => void;
  /** Looks for somebody who has just begun to wait. */
  readonly look: () => void;
  readonly close: () => Promise<void>;
}

export interface LookoutOptions {
  readonly projection: string;
  readonly sight: Sight;
  readonly log: Logger;
  /** Before looking again when that failed. */
  readonly backoff: Backoff;
}

/**
 * One look at a time: whatever is asked for while looking is found by one look more, so that the number of looks is bounded
 * by the database's pace and not by that of commits, or of those who wait. A look that fails is repeated.
 */
export const createLookout = ({ projection, sight, log, backoff }: LookoutOptions): Lookout => {
  const positions = createWaiters<bigint, true>();
  const closing = new AbortController();
  let asked = false;
  let running: Promise<void> | undefined;
  /** What the last look found: a slot that gets that far tells nothing new. */
  let known: bigint | undefined;

  const lookOnce = async (): Promise<void> => {
    const { position, more } = await sight.look();
    known = position;
    for (const awaited of positions.keys()) if (awaited <= position) positions.settle(awaited, true);
    asked ||= more;
  };

  const run = async (): Promise<void> => {
    for (let tries = 0; asked && !closing.signal.aborted;) {
      asked = false;
      try {
        await lookOnce();
        tries = 0;
      } catch (error) {
        log[error instanceof Unavailable ? 'warn' : 'error']({ projection, err: messageOf(error) }, 'looking again');
        asked = true;
        await pause(waitBefore(backoff, tries), closing.signal);
        tries += 1;
      }
    }
    running = undefined;
  };

  const look = (): void => {
    asked = true;
    running ??= run();
  };

  return {
    look,
    notice: (position) => {
      const tellsNothing = position !== undefined && known !== undefined && position <= known;
      const isWanted = positions.size() > 0 || sight.isWanted();
      if (isWanted && !tellsNothing) look();
    },
    reached: async (position, signal) => {
      const reaching = positions.wait(position, signal);
      look();
      return (await reaching) ?? false;
    },
    close: async () => {
      closing.abort();
      positions.close();
      await running;
    },
  };
};
