import type { Either } from 'fp-ts/lib/Either.js';
import type { Option } from 'fp-ts/lib/Option.js';
import type { Metadata } from './metadata.ts';

/** An event as the log holds it, as far as deciders may see it: no clock, no position. */
export type Happened<Event> = Event & { readonly id: string; readonly metadata: Metadata };

/** A message that can never be handled: what was expected, what was found, and where. */
export interface Impossible {
  readonly reason: string;
}

/**
 * The skeleton of every aggregate. Both functions are pure.
 * - `decide` answers with the event to append, with none when the command was already handled, or with why it can never be.
 * - `evolve` only assigns.
 */
export interface Decider<Command, State, Event> {
  readonly initial: State;
  readonly decide: (command: Command, state: State) => Either<Impossible, Option<Event>>;
  readonly evolve: (state: State, event: Happened<Event>) => State;
}
