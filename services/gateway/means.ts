import type { EventStore } from '../../eventstore/connection.ts';
import type { Changes } from '../../projections/changes.ts';
import type { LiveQuery } from '../../projections/liveQuery.ts';
import type { Places } from '../http/places.ts';
import type { ProfilesClient } from '../http/profilesClient.ts';
import type { LogEnd } from './logEnd.ts';
import type { Patience } from './patience.ts';
import type { EventStreams } from './eventStreams.ts';
import type { Tickets } from './tickets.ts';
import type { Turns } from './turns.ts';

/** What the handlers of the gateway work with. */
export interface Means {
  readonly eventStore: EventStore;
  readonly logEnd: LogEnd;
  /** Asks the read models: what their queries are made with. */
  readonly query: LiveQuery;
  readonly changes: Changes;
  readonly profiles: Pick<ProfilesClient, 'find' | 'save'>;
  /** For requests that only wait; they leave those at work by `standAside`. */
  readonly waits: Places;
  /** In which those who have waited are answered, some at a time, though all are let go by one commit. */
  readonly turns: Turns;
  readonly eventStreams: Pick<EventStreams, 'open'>;
  readonly tickets: Tickets;
  /** For how long a request waits; a grace after stopping has begun, whatever still waits is answered with what is known. */
  readonly patience: Patience;
}
