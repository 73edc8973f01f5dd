import type { RouterContext } from '@koa/router';
import { standAside } from '../http/overload.ts';
import type { Places } from '../http/places.ts';

/**
 * For how long a request waits: aborts after `seconds`, when the client has gone, or when the gateway ends and must answer.
 * Holds nothing any more once the request is answered.
 */
export type Patience = (context: RouterContext, seconds: number) => AbortSignal;

/** @param ending aborts when everything that still waits must be answered */
export const createPatience = (ending: AbortSignal): Patience => {
  const waiting = new Set<() => void>();
  // One listener for all: each of thousands on the one signal would have to be looked for to be removed.
  ending.addEventListener('abort', () => waiting.forEach((end) => end()));

  return (context, seconds) => {
    const patience = new AbortController();
    const end = (): void => {
      clearTimeout(timer);
      waiting.delete(end);
      patience.abort();
    };
    const timer = setTimeout(end, seconds * 1_000);
    waiting.add(end);
    context.res.once('close', end);
    if (ending.aborted || context.res.closed) end();
    return patience.signal;
  };
};

/** Awaits what may take long; meanwhile the request is not counted among those at work. */
export const aside = async <A>(context: RouterContext, waits: Places, waiting: Promise<A>): Promise<A> => {
  const leave = standAside(context, waits);
  try {
    return await waiting;
  } finally {
    leave?.();
  }
};
