import type { ReadableSubscription } from '@eventstore/db-client';
import { patience } from './waiting.ts';

export type Signal = 'confirmation' | 'event' | 'caughtUp' | 'end';

/** What a subscription gave so far, and promises of what it should still give, each failing after `patience`. */
export interface Recording<E> {
  readonly events: readonly E[];
  /** Everything that arrived, in the order of arrival. */
  readonly signals: readonly Signal[];
  /** The first `count` events, as soon as they are there. */
  readonly first: (count: number) => Promise<readonly E[]>;
  /** The event that comes at this place, counted from 1. */
  readonly nth: (place: number) => Promise<E>;
  /** The first event that is as described. */
  readonly some: (described: string, isIt: (event: E) => boolean) => Promise<E>;
  readonly has: (signal: Signal) => Promise<void>;
  /** The error that ended the subscription. */
  readonly failed: () => Promise<Error>;
}

/** Consumes a subscription from now on. */
export const record = <E>(subscription: ReadableSubscription<E>): Recording<E> => {
  const events: E[] = [];
  const signals: Signal[] = [];
  const waiting = new Set<() => void>();
  let failure: Error | undefined;

  const changed = () => waiting.forEach((check) => check());
  const note = (signal: Signal) => () => {
    signals.push(signal);
    changed();
  };
  subscription.on('data', (event: E) => {
    events.push(event);
    note('event')();
  });
  subscription.on('confirmation', note('confirmation'));
  subscription.on('caughtUp', note('caughtUp'));
  subscription.on('end', note('end'));
  subscription.on('error', (error: Error) => {
    failure = error;
    changed();
  });

  const until = <A>(expected: string, found: () => A | undefined) =>
    new Promise<A>((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        waiting.delete(check);
        act();
      };
      const giveUp = (why: string) =>
        settle(() => reject(new Error(`expected ${expected}, ${why} after: ${signals.join(' ')}`, { cause: failure })));
      const timer = setTimeout(() => giveUp(`but ${patience} ms went by`), patience);
      const check = () => {
        const answer = found();
        if (answer !== undefined) settle(() => resolve(answer));
        else if (failure !== undefined) giveUp(`but the subscription failed (${failure.message})`);
      };
      waiting.add(check);
      check();
    });

  return {
    events,
    signals,
    first: (count) =>
      until(`${count} events`, () => (events.length >= count ? [...events.slice(0, count)] : undefined)),
    nth: (place) => until(`event number ${place}`, () => events[place - 1]),
    some: (described, isIt) => until(described, () => events.find(isIt)),
    has: async (signal) => {
      await until(`the signal ${signal}`, () => (signals.includes(signal) ? signal : undefined));
    },
    failed: () => until('an error', () => failure),
  };
};
