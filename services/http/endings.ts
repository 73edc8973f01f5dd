/** How requests learn that the server stops, each kind in its own time. */
export interface Endings {
  /** Aborts when stopping begins: what can go on elsewhere, such as an event stream, ends at once. */
  readonly stopping: AbortSignal;
  /** Aborts when the grace is over: what still waits is answered with what is known. */
  readonly ending: AbortSignal;
  readonly begin: () => void;
  /** Everything has been answered: nobody needs to be told any more. */
  readonly done: () => void;
}

/** @param grace milliseconds that waiting requests have, once stopping has begun, to get what they wait for */
export const createEndings = (grace: number): Endings => {
  const stopping = new AbortController();
  const ending = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  return {
    stopping: stopping.signal,
    ending: ending.signal,
    begin: () => {
      stopping.abort();
      timer ??= setTimeout(() => ending.abort(), grace);
    },
    done: () => clearTimeout(timer),
  };
};
