import { Failure } from '../failure.ts';
import { startGuard } from './guard.ts';
import type { Ready } from './ready.ts';
import { supervise, type ProcessSpec, type Supervised, type Surroundings } from './supervise.ts';

export interface SupervisorOptions extends Pick<Surroundings, 'log' | 'limits' | 'onLine'> {
  /** Hears of each process that was started or has ended. */
  readonly onChange: () => void;
}

export interface Supervisor {
  /** Starts a process and keeps it running. @throws Failure when it cannot be started at all. */
  readonly start: (spec: ProcessSpec) => Promise<Ready>;
  /** The pids of what runs, by name. */
  readonly pids: () => Readonly<Record<string, number>>;
  /** Stops all, in stages: each begins when the one before has ended. What is not named in any comes first. */
  readonly stop: (stages: ReadonlyArray<ReadonlyArray<string>>) => Promise<void>;
  /** Stops all at once, with little patience; for the user who asks twice. */
  readonly hurry: () => Promise<void>;
}

export const createSupervisor = ({ log, limits, onLine, onChange }: SupervisorOptions): Supervisor => {
  const all = new Map<string, Supervised>();
  const pids = new Map<string, number>();
  const guard = startGuard(limits.orphanGraceMs, (err) =>
    log.warn({ err }, 'nothing ends the processes if I am killed'),
  );
  let isStopping = false;

  const onStart = (name: string, pid: number): void => {
    guard.add(pid);
    pids.set(name, pid);
    onChange();
  };
  const onEnd = (name: string, pid: number): void => {
    guard.remove(pid);
    pids.delete(name);
    onChange();
  };
  const stopAll = async (names: Iterable<string>, timeoutMs: number): Promise<void> => {
    const existing = [...names].flatMap((name) => all.get(name) ?? []);
    await Promise.all(existing.map((each) => each.stop(timeoutMs)));
  };

  return {
    start: (spec) => {
      if (isStopping) return Promise.reject(new Failure(`${spec.name} was not started: all is being stopped.`));
      const supervised = supervise(spec, { log, limits, onLine, onStart, onEnd });
      all.set(spec.name, supervised);
      return supervised.ready;
    },
    pids: () => Object.fromEntries(pids),
    stop: async (stages) => {
      isStopping = true;
      const named = new Set(stages.flat());
      const others = [...all.keys()].filter((name) => !named.has(name));
      for (const stage of [others, ...stages]) await stopAll(stage, limits.stopTimeoutMs);
      guard.close();
    },
    hurry: async () => {
      isStopping = true;
      await stopAll(all.keys(), limits.hurryMs);
    },
  };
};
