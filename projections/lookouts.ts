import type { Logger } from 'pino';
import type { Backoff } from '../eventstore/backoff.ts';
import type { LiveQuery } from './liveQuery.ts';
import { createLookout, type Lookout, type Sight } from './lookout.ts';
import { parseNotice } from './notice.ts';
import type { Projection } from './projection.ts';
import { registry } from './registry.ts';

export interface LookoutsOptions {
  readonly query: LiveQuery;
  /** What is looked for, by the name of the projection; in all others only how far they are. */
  readonly sights: Readonly<Record<string, Sight>>;
  readonly log: Logger;
  readonly backoff: Backoff;
}

/** A lookout at every projection. */
export interface Lookouts {
  /** @throws Error when there is no such projection. */
  readonly of: (projection: string) => Lookout;
  /** Hands the payload of a notification to whom it concerns. */
  readonly notice: (payload: string) => void;
  /** Has all of them look: notices may have been missed. */
  readonly look: () => void;
  readonly close: () => Promise<void>;
}

const onlyItsPosition = (query: LiveQuery, projection: Projection): Sight => ({
  isWanted: () => false,
  look: async () => {
    const { position } = await query(projection, () => 'SELECT WHERE false', []);
    return { position, more: false };
  },
});

export const createLookouts = ({ query, sights, log, backoff }: LookoutsOptions): Lookouts => {
  const lookouts = new Map<string, Lookout>();
  for (const projection of registry) {
    const sight = sights[projection.name] ?? onlyItsPosition(query, projection);
    lookouts.set(projection.name, createLookout({ projection: projection.name, sight, log, backoff }));
  }
  const all = (): ReadonlyArray<Lookout> => [...lookouts.values()];
  return {
    of: (projection) => {
      const lookout = lookouts.get(projection);
      if (lookout !== undefined) return lookout;
      throw new Error(`Expected one of the projections ${[...lookouts.keys()].join(', ')}, found ${projection}`);
    },
    notice: (payload) => {
      const notice = parseNotice(payload);
      if (notice !== undefined) lookouts.get(notice.projection)?.notice(notice.position);
    },
    look: () => all().forEach((lookout) => lookout.notice()),
    close: async () => {
      await Promise.all(all().map((lookout) => lookout.close()));
    },
  };
};
