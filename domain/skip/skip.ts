import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import type { Decider } from '../decider.ts';
import type { EventSkipped } from './messages.ts';

/** Positions of the events that one read model does without, in decimal digits. */
export type Skips = ReadonlySet<string>;

/** Recorded by operators; stream `skip-{projection}`. */
export interface SkipCommand {
  readonly type: 'SkipEvent';
  readonly skip: EventSkipped['data'];
}

const decide: Decider<SkipCommand, Skips, EventSkipped>['decide'] = ({ skip: data }, skips) =>
  E.right(skips.has(data.position) ? O.none : O.some({ type: 'EventSkipped', data }));

export const skip: Decider<SkipCommand, Skips, EventSkipped> = {
  initial: new Set(),
  decide,
  evolve: (skips, { data }) => new Set([...skips, data.position]),
};
