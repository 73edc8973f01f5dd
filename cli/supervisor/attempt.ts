import type { Child } from './child.ts';
import type { Limits } from './limits.ts';
import { pause, untilItHangs } from './probe.ts';
import type { Ready } from './ready.ts';

/**
 * Watches a process from its start to its end, and kills it when it does not become ready or hangs.
 * @param stopping aborted when somebody else has asked it to stop: then it is watched no more.
 * @returns how it ended, to follow its name in a sentence.
 */
export const attempt = async (
  child: Child,
  limits: Limits,
  stopping: AbortSignal,
  onReady: (ready: Ready) => void,
): Promise<string> => {
  const over = new AbortController();
  const ended = child.ended.finally(() => over.abort());
  const signal = AbortSignal.any([stopping, over.signal]);
  const ready = await Promise.race([child.ready, pause(limits.startTimeoutMs, signal)]);
  if (ready !== undefined) {
    onReady(ready);
    await untilItHangs(ready.health, { hangAfterMs: limits.hangAfterMs, signal });
  }
  if (signal.aborted) return `ended (${await ended})`;
  child.signal('SIGKILL');
  await ended;
  return ready === undefined
    ? `was not ready within ${limits.startTimeoutMs} ms and was killed`
    : `hung (no answer on /health/live for ${limits.hangAfterMs} ms) and was killed`;
};
