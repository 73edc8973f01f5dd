import { setTimeout as pause } from 'node:timers/promises';

/** How long, in milliseconds, a test waits for what the server should do: far longer than it takes when it works. */
export const patience = 10_000;

const pollInterval = 25;

const shown = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part)) ?? 'undefined';

/** Asks again until the answer is as expected; fails after `patience`, saying what was found instead. */
export const eventually = async <A>(
  ask: () => Promise<A>,
  expected: string,
  isExpected: (answer: A) => boolean,
): Promise<A> => {
  const deadline = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (isExpected(answer)) return answer;
    if (Date.now() > deadline) {
      throw new Error(`expected ${expected} within ${patience} ms, found ${shown(answer)}`);
    }
    await pause(pollInterval);
  }
};
