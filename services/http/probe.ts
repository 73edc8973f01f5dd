import type { Logger } from 'pino';
import { pause } from '../../eventstore/backoff.ts';
import { messageOf } from '../../eventstore/faults.ts';
import type { Check } from '../../eventstore/health.ts';

export interface ProbeOptions {
  /** What is looked after, as the log names it. */
  readonly name: string;
  /** Rejects when it is away. */
  readonly ask: () => Promise<unknown>;
  /** Milliseconds between an answer and the next question. */
  readonly every?: number;
  readonly log: Logger;
}

export interface Probe {
  /** What the last question found. */
  readonly check: () => Check;
  /** Resolves when the first question was answered, or got no answer. */
  readonly asked: Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Asks something again and again whether it is there, so that health can be told at once, without asking. */
export const startProbe = ({ name, ask, every = 2_000, log }: ProbeOptions): Probe => {
  const stopped = new AbortController();
  let check: Check = { ok: false, detail: `${name} has not been asked yet` };

  // Every new detail, for health that strangers see keeps them back.
  const note = (next: Check): void => {
    if (next.ok !== check.ok || next.detail !== check.detail)
      log[next.ok ? 'info' : 'warn']({ dependency: name }, next.detail);
    check = next;
  };

  const look = async (): Promise<void> => note(await ask().then(here(name), away));

  const watch = async (): Promise<void> => {
    await asked;
    for (;;) {
      await pause(every, stopped.signal);
      if (stopped.signal.aborted) return;
      await look();
    }
  };

  const asked = look();
  const watching = watch();
  return {
    check: () => check,
    asked,
    stop: () => {
      stopped.abort();
      return watching;
    },
  };
};

const here = (name: string) => (): Check => ({ ok: true, detail: `${name} answers` });
const away = (error: unknown): Check => ({ ok: false, detail: messageOf(error) });
