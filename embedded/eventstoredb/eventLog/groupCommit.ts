import { setImmediate as endOfTurn } from 'node:timers/promises';
import type { EventToStore } from '../storage/storage.ts';

export interface GroupCommit {
  /** Adds events to the next commit. */
  readonly add: (events: readonly EventToStore[]) => void;
  /** Resolves when everything added so far is durable; rejects when some of it could not be stored. */
  readonly durable: () => Promise<void>;
}

interface Group {
  readonly events: EventToStore[];
  readonly durable: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

const createGroup = (): Group => {
  const { promise, resolve, reject } = deferred();
  // Whoever waits is told; without waiters a failure must not end the process.
  promise.catch(() => undefined);
  return { events: [], durable: promise, resolve, reject };
};

const deferred = () => {
  let resolve: () => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
};

/**
 * One commit at a time; what comes meanwhile goes into the next one together, and so does what arrives in one turn of the
 * event loop. So the group grows with the load and a lone append waits for nobody.
 * @param onCommitted is called with the events of a commit when they are durable, before anyone who waits is told.
 * @param onFailed is called when a commit failed: what was added since was decided on events that do not exist.
 */
export const createGroupCommit = (
  write: (events: readonly EventToStore[]) => Promise<void>,
  onCommitted: (events: readonly EventToStore[]) => void,
  onFailed: () => void,
): GroupCommit => {
  let current: Group | undefined;
  let next = createGroup();
  let running = false;

  const run = async (): Promise<void> => {
    running = true;
    await endOfTurn();
    while (next.events.length > 0) {
      const group = (current = next);
      next = createGroup();
      try {
        await write(group.events);
        onCommitted(group.events);
        group.resolve();
      } catch (error) {
        const late = next;
        next = createGroup();
        onFailed();
        group.reject(error);
        late.reject(error);
      }
    }
    current = undefined;
    running = false;
  };

  return {
    add: (events) => {
      for (const event of events) next.events.push(event);
      if (!running) void run();
    },
    durable: () =>
      next.events.length > 0 ? next.durable : current !== undefined ? current.durable : Promise.resolve(),
  };
};
