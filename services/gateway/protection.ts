import type { Middleware } from 'koa';
import { watchEventLoop } from '../http/eventLoop.ts';
import { turnsAway } from '../http/overload.ts';
import { createPlaces, createPlacesPerUser, type Places, type PlacesPerUser } from '../http/places.ts';
import { createRateLimit, type RateLimit } from '../http/rateLimit.ts';
import type { Limits } from './limits.ts';

/** What keeps the gateway from taking on more than it can do. */
export interface Protection {
  /** Around all routes. */
  readonly around: ReadonlyArray<Middleware>;
  readonly rateLimit: Pick<RateLimit, 'admitsUser'>;
  /** For requests of known users, at work or waiting. */
  readonly perUser: PlacesPerUser;
  /** For requests that only wait. */
  readonly waits: Places;
  readonly stop: () => void;
}

export const createProtection = (limits: Limits): Protection => {
  const rateLimit = createRateLimit({ perUser: limits.ratePerUser, perAddress: limits.ratePerAddress });
  const eventLoop = watchEventLoop({ limit: limits.eventLoopDelay });
  const atWork = createPlaces(limits.requests);
  return {
    around: [turnsAway({ atWork, isLate: eventLoop.isLate }), rateLimit.limitsStrangers],
    rateLimit,
    perUser: createPlacesPerUser(limits.requestsPerUser),
    waits: createPlaces(limits.waits),
    stop: eventLoop.stop,
  };
};
