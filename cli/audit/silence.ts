/** Milliseconds of silence that people bear. */
const patience = 1_000;

/**
 * Says how far something has come, once a second at most, and nothing of what is done within the first.
 * @param now a monotonic clock, in milliseconds
 */
export const breakingSilence = (say: (count: number) => void, now: () => number = () => performance.now()) => {
  let count = 0;
  let said = now();
  return (): void => {
    count += 1;
    if (now() - said < patience) return;
    said = now();
    say(count);
  };
};
