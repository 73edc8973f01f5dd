import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import type { Decider, Happened } from '../domain/decider.ts';
import type { DomainEvent, RecordedEvent } from '../domain/events.ts';
import type { Actor } from '../domain/metadata.ts';
import { append } from './append.ts';
import { createCache } from './cache.ts';
import { causedBy } from './causation.ts';
import type { EventStore } from './connection.ts';
import { Undecodable } from './faults.ts';
import { already, appended, parked, type Outcome } from './outcome.ts';
import { createTurns } from './turns.ts';

/** An aggregate at a revision, and how far back its state reaches. */
interface Loaded<State> {
  readonly state: State;
  /** -1: the stream does not exist yet. */
  readonly revision: number;
  /** Position of the oldest event folded into `state`; undefined when that is the stream's first. */
  readonly since: bigint | undefined;
  /** How many events were folded. */
  readonly folded: number;
}

/** One step: what to decide, where, and because of which event. */
export interface Step<Command> {
  readonly stream: string;
  readonly command: Command;
  /** Id of the event that the step appends, derived from its cause. */
  readonly id: string;
  readonly cause: RecordedEvent;
  readonly actor?: Actor;
}

export interface Repository<Command, State> {
  /** The state that a message caused by an event at `since` would be decided on. */
  readonly stateOf: (stream: string, since: bigint) => Promise<State>;
  /** Loads, decides, appends at the exact revision; begins again when somebody else wrote first. */
  readonly handle: (step: Step<Command>) => Promise<Outcome>;
}

export interface RepositoryOptions<Command, State, Event extends DomainEvent> {
  readonly store: EventStore;
  readonly decider: Decider<Command, State, Event>;
  /** Which events are this aggregate's. */
  readonly owns: (event: DomainEvent) => event is Event;
  /** Reads what the state needs to know of `stream`: all of it, or its end back to the position `since`. */
  readonly load: (store: EventStore, stream: string, since: bigint) => Promise<ReadonlyArray<RecordedEvent>>;
  /** Aggregates kept in memory. */
  readonly cacheSize?: number;
}

/** An aggregate that was folded this often is read anew, so that no state grows for ever. */
const mostFolded = 1_000;

/** How often a step is begun again because somebody else wrote first, before it counts as failed. */
const mostConflicts = 50;

/**
 * Brings a pure decider to the log. Recently used aggregates are kept, so that most steps need not read; what is kept may
 * be stale, and the exact revision of the append finds that out. One step at a time per stream within this process.
 */
export const createRepository = <Command, State, Event extends DomainEvent>(
  options: RepositoryOptions<Command, State, Event>,
): Repository<Command, State> => {
  const { store, decider, owns, load, cacheSize = 10_000 } = options;
  const cache = createCache<Loaded<State>>(cacheSize);
  const inTurn = createTurns();

  const evolve = (loaded: Loaded<State>, event: Happened<Event>): Loaded<State> => ({
    ...loaded,
    state: decider.evolve(loaded.state, event),
    revision: loaded.revision + 1,
    folded: loaded.folded + 1,
  });

  const fold = (stream: string, events: ReadonlyArray<RecordedEvent>): Loaded<State> => {
    const first = events[0];
    const start = first === undefined ? 0 : first.revision;
    const since = start === 0 ? undefined : first?.position;
    return events.reduce<Loaded<State>>(
      (loaded, event) => {
        if (!owns(event)) throw new Undecodable(`${event.type} does not belong into ${stream}@${event.revision}`);
        return evolve(loaded, event);
      },
      { state: decider.initial, revision: start - 1, since, folded: 0 },
    );
  };

  const reaches = (loaded: Loaded<State>, since: bigint): boolean => loaded.since === undefined || loaded.since < since;

  const remember = (stream: string, loaded: Loaded<State>): void => {
    if (loaded.folded > mostFolded || loaded.revision < 0) cache.drop(stream);
    else cache.set(stream, loaded);
  };

  const fresh = async (stream: string, since: bigint): Promise<Loaded<State>> => {
    const loaded = fold(stream, await load(store, stream, since));
    remember(stream, loaded);
    return loaded;
  };

  const cached = (stream: string, since: bigint): Loaded<State> | undefined => {
    const loaded = cache.get(stream);
    return loaded !== undefined && reaches(loaded, since) ? loaded : undefined;
  };

  const write = async (step: Step<Command>, loaded: Loaded<State>, event: Event): Promise<Outcome | undefined> => {
    const { stream, id, cause, actor } = step;
    const happened = { ...event, id, metadata: causedBy(cause, event.type, id, actor) };
    const result = await append(store, stream, loaded.revision, [happened]);
    if (E.isLeft(result)) return undefined;
    remember(stream, evolve(loaded, happened));
    return appended;
  };

  /** Undefined: what was known of the stream is out of date. */
  const attempt = async (step: Step<Command>, loaded: Loaded<State>): Promise<Outcome | undefined> => {
    const decision = decider.decide(step.command, loaded.state);
    if (E.isLeft(decision)) return parked(decision.left.reason);
    return O.isNone(decision.right) ? already : write(step, loaded, decision.right.value);
  };

  const decideAnew = async (step: Step<Command>): Promise<Outcome> => {
    for (let conflicts = 0; conflicts < mostConflicts; conflicts += 1) {
      const outcome = await attempt(step, await fresh(step.stream, step.cause.position));
      if (outcome !== undefined) return outcome;
    }
    throw new Error(`${step.stream}: somebody else wrote first ${mostConflicts} times in a row`);
  };

  const handle = async (step: Step<Command>): Promise<Outcome> => {
    const known = cached(step.stream, step.cause.position);
    try {
      const outcome = known === undefined ? undefined : await attempt(step, known);
      // A refusal may come from what is out of date; only what was just read can park a message.
      return outcome === undefined || outcome.kind === 'parked' ? await decideAnew(step) : outcome;
    } catch (error) {
      cache.drop(step.stream);
      throw error;
    }
  };

  return {
    stateOf: async (stream, since) => (cached(stream, since) ?? (await fresh(stream, since))).state,
    handle: (step) => inTurn(step.stream, () => handle(step)),
  };
};
