import type { Logger } from 'pino';
import { pause, waitBefore, type Backoff } from './backoff.ts';
import { messageOf, type Unavailable } from './faults.ts';

/** Holds work back while something that it needs is away. */
export interface Gate {
  /** Closes the gate; it opens by itself when the dependency is there again. */
  readonly close: (why: Unavailable) => void;
  /** Resolves when the gate is open, or `ending` aborts. */
  readonly pass: (ending: AbortSignal) => Promise<void>;
  /** Says that work went through: the next absence is waited for from the shortest time on. */
  readonly passed: () => void;
  /** Why it is closed. */
  readonly fault: () => string | undefined;
}

export interface GateOptions {
  /** Rejects while the dependency is away. */
  readonly probe: () => Promise<void>;
  readonly backoff: Backoff;
  readonly log: Logger;
  readonly stopping: AbortSignal;
}

/** Resolves as soon as `closed` does, or `ending` aborts. */
const eitherOf = async (closed: Promise<void>, ending: AbortSignal): Promise<void> => {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  ending.addEventListener('abort', end);
  await Promise.race([closed, ended]);
  ending.removeEventListener('abort', end);
};

export const createGate = ({ probe, backoff, log, stopping }: GateOptions): Gate => {
  let closed: Promise<void> | undefined;
  let fault: string | undefined;
  let absences = 0;

  const recover = async (): Promise<void> => {
    while (!stopping.aborted) {
      const wait = Math.round(waitBefore(backoff, absences));
      log.warn({ err: fault, wait }, 'holding messages back');
      absences += 1;
      await pause(wait, stopping);
      try {
        return await probe();
      } catch (error) {
        fault = messageOf(error);
      }
    }
  };

  return {
    close: (why) => {
      if (closed !== undefined) return;
      fault = messageOf(why);
      closed = recover().finally(() => {
        closed = undefined;
        fault = undefined;
      });
    },
    pass: async (ending) => {
      while (closed !== undefined && !ending.aborted) await eitherOf(closed, ending);
    },
    passed: () => {
      absences = 0;
    },
    fault: () => fault,
  };
};
