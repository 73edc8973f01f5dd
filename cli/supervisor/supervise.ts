import type { Logger } from 'pino';
import { Failure } from '../failure.ts';
import { attempt } from './attempt.ts';
import { startChild, type Child, type ChildOptions } from './child.ts';
import type { Limits } from './limits.ts';
import { pause } from './probe.ts';
import type { Addresses, Ready } from './ready.ts';

export interface ProcessSpec {
  readonly name: string;
  /** Program and arguments, given where it was reached before: a restarted process keeps its ports. */
  readonly command: (before: Addresses | undefined) => ChildOptions['command'];
  readonly environment: NodeJS.ProcessEnv;
}

export interface Surroundings {
  readonly log: Logger;
  readonly limits: Limits;
  readonly onLine: (name: string, line: string) => void;
  readonly onStart: (name: string, pid: number) => void;
  readonly onEnd: (name: string, pid: number) => void;
}

export interface Supervised {
  /** Where it is reached; rejected when it could not be started at all. */
  readonly ready: Promise<Ready>;
  /** Asks it to stop and kills it when it does not within so many milliseconds; fulfilled when it has ended. */
  readonly stop: (timeoutMs: number) => Promise<void>;
}

/**
 * Keeps one process running: starts it again whenever it ends or hangs, until it is stopped.
 * Written by hand, because the process managers on npm are programs of their own, with their own state and commands.
 */
export const supervise = (spec: ProcessSpec, surroundings: Surroundings): Supervised => {
  const stopping = new AbortController();
  let current: Child | undefined;
  let life: Promise<void> = Promise.resolve();
  const ready = new Promise<Ready>((resolve, reject) => {
    const onChild = (child: Child): void => void (current = child);
    life = keepRunning({ spec, surroundings, signal: stopping.signal, onReady: resolve, onChild }).then(reject, reject);
  });
  const stop = async (timeoutMs: number): Promise<void> => {
    stopping.abort();
    current?.signal('SIGTERM');
    const timer = setTimeout(() => current?.signal('SIGKILL'), timeoutMs);
    await life.finally(() => clearTimeout(timer));
  };
  return { ready, stop };
};

interface Life {
  readonly spec: ProcessSpec;
  readonly surroundings: Surroundings;
  readonly signal: AbortSignal;
  readonly onReady: (ready: Ready) => void;
  readonly onChild: (child: Child) => void;
}

/** @returns why it runs no more: it was stopped, or it never became ready. */
const keepRunning = async ({ spec, surroundings, signal, onReady, onChild }: Life): Promise<Failure> => {
  const { log, limits, onLine, onStart, onEnd } = surroundings;
  let addresses: Addresses | undefined;
  for (let tries = 1; !signal.aborted; tries += 1) {
    const child = startChild({ ...spec, command: spec.command(addresses), onLine: (line) => onLine(spec.name, line) });
    onChild(child);
    if (child.pid !== undefined) onStart(spec.name, child.pid);
    const began = performance.now();
    const how = await attempt(child, limits, signal, (ready) => {
      if (addresses !== undefined) log.info(`${spec.name} is ready again (process ${child.pid})`);
      addresses = ready.addresses;
      onReady(ready);
    });
    if (child.pid !== undefined) onEnd(spec.name, child.pid);
    if (signal.aborted) break;
    if (addresses === undefined && tries >= limits.firstTries)
      return new Failure(`${spec.name} ${how}, ${tries} times.`);
    if (performance.now() - began > limits.soundAfterMs) tries = 1;
    const wait = Math.min(limits.backoffMs * 2 ** (tries - 1), limits.longestBackoffMs);
    log.error(`${spec.name} ${how}; starting it again in ${wait} ms`);
    await pause(wait, signal);
  }
  return new Failure(`${spec.name} was stopped.`);
};
