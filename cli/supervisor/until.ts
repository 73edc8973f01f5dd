import { setTimeout as delay } from 'node:timers/promises';

/** For tests: waits until a condition holds. @throws when it does not within `timeoutMs`. */
export const until = async (
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeoutMs = 15_000,
): Promise<void> => {
  for (const deadline = Date.now() + timeoutMs; !(await holds()); await delay(10)) {
    if (Date.now() > deadline) throw new Error(`Expected ${what} within ${timeoutMs} ms.`);
  }
};
