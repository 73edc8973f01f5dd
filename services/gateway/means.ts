import type { EventStore } from '../../eventstore/connection.ts';
import type { ReadModel } from '../../projections/readModel.ts';
import type { Places } from '../http/places.ts';
import type { ProfilesClient } from '../http/profilesClient.ts';

/** What the handlers of the gateway work with. */
export interface Means {
  readonly eventStore: EventStore;
  readonly readModel: Omit<ReadModel, 'close'>;
  readonly profiles: Pick<ProfilesClient, 'find' | 'save'>;
  /** For requests that only wait; they leave those at work by `standAside`. */
  readonly waits: Places;
  /** Aborts when the gateway begins to stop: event streams end. */
  readonly stopping: AbortSignal;
  /** Aborts a grace later: whatever still waits is answered with what is known. */
  readonly ending: AbortSignal;
}
