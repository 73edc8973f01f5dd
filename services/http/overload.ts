import type { Context, Middleware } from 'koa';
import { problemTypes } from '../../api/problems.ts';
import { send, type Answer, type RequestState } from './answer.ts';
import { isHealth } from './health.ts';
import type { Places } from './places.ts';
import { problem } from './problem.ts';

/** Seconds after which whoever was turned away may try again. */
const retryAfter = 1;

/** Turns a request away before it costs anything; whoever waits for long in a queue has given up when its turn comes. */
export const overloaded = (what: string): Answer =>
  problem(problemTypes.overloaded, `${what}: try again in ${retryAfter} second`, {
    headers: { 'Retry-After': String(retryAfter) },
  });

const tooMany = overloaded('The gateway is answering as many requests as it can');
const tooLate = overloaded('The gateway is too busy to answer in good time');

export interface OverloadOptions {
  /** For requests that are being answered. */
  readonly atWork: Places;
  /** Whether the process has no time left. */
  readonly isLate: () => boolean;
}

/** Answers 503 early instead of letting a queue grow. Health is always told. */
export const turnsAway =
  ({ atWork, isLate }: OverloadOptions): Middleware =>
  async (context, next) => {
    if (isHealth(context.path)) return void (await next());
    if (isLate()) return send(context, tooLate);
    const leave = atWork.take();
    if (leave === undefined) return send(context, tooMany);
    const state: RequestState = context.state;
    state.leaveWork = leave;
    try {
      await next();
    } finally {
      leave();
    }
  };

/**
 * From now on the request only waits: it gives back its place among those at work and takes one of `places`, to be given
 * back by the function answered with. Undefined when none is free; the request then keeps the place it has.
 */
export const standAside = (context: Context, places: Places): (() => void) | undefined => {
  const leave = places.take();
  const state: RequestState = context.state;
  if (leave !== undefined) state.leaveWork?.();
  return leave;
};
