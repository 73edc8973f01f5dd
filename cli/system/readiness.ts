import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../failure.ts';

const paceMs = 25;

/** Waits until a process says on `/health/ready` that it is. @throws Failure with what it said last after `timeoutMs`. */
export const untilReady = async (name: string, health: string, timeoutMs: number): Promise<void> => {
  let last = 'nothing yet';
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await delay(paceMs)) {
    try {
      const answer = await fetch(`${health}/health/ready`, { signal: AbortSignal.timeout(timeoutMs) });
      last = await answer.text();
      if (answer.ok) return;
    } catch (error) {
      // It may have died: the supervisor starts it again, on the same port.
      last = String(error);
    }
  }
  throw new Failure(`${name} is not ready after ${timeoutMs} ms: ${last}`);
};
