import { exitCodes } from './exitCodes.ts';

/** A wish of whoever started the command to end it. */
export interface Interruption {
  /** Aborts on Ctrl-C (SIGINT) and on SIGTERM; either, given again, ends the process at once. */
  readonly signal: AbortSignal;
  /** With which exit code the process is to end; undefined while nobody wants it to. */
  readonly exitCode: () => number | undefined;
  /** From now on the signals end the process at once. */
  readonly end: () => void;
}

export const awaitInterruption = (): Interruption => {
  const stopping = new AbortController();
  let exitCode: number | undefined;
  // Not `once`: while the terminal is drawn on, its library ends the process on signals that nobody else listens to.
  const listeners = (['SIGINT', 'SIGTERM'] as const).map((name) => {
    const listener = (): void => {
      if (exitCode !== undefined) process.exit(exitCode);
      exitCode = exitCodes[name];
      stopping.abort();
    };
    process.on(name, listener);
    return { name, listener };
  });
  return {
    signal: stopping.signal,
    exitCode: () => exitCode,
    end: () => listeners.forEach(({ name, listener }) => process.off(name, listener)),
  };
};
