import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { isDeepStrictEqual } from 'node:util';
import type { Decider } from '../../domain/decider.ts';
import type { DomainEvent, RecordedEvent } from '../../domain/events.ts';
import { policy } from '../../domain/metadata.ts';
import { broken, must, none, type Findings } from './invariants.ts';

const told = ({ type, data }: DomainEvent): string => `${type} ${JSON.stringify(data)}`;

/**
 * Decides anew what an event says was decided, where the rules are still those. `state` is the one before the event.
 */
export const decided = <Command, State, Event extends DomainEvent>(
  decide: Decider<Command, State, Event>['decide'],
  command: Command,
  state: State,
  event: RecordedEvent,
): Findings => {
  if (event.metadata.policy !== policy) return none;
  const decision = decide(command, state);
  if (E.isLeft(decision)) return broken('decision-repeatable', `a refusal: ${decision.left.reason}`, told(event));
  const again = O.toUndefined(decision.right);
  return must(
    again !== undefined && again.type === event.type && isDeepStrictEqual(again.data, event.data),
    'decision-repeatable',
    () => (again === undefined ? 'nothing: it was handled before' : told(again)),
    () => told(event),
  );
};
