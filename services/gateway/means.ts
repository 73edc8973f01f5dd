import type { EventStore } from '../../eventstore/connection.ts';
import type { ReadModel } from '../../projections/readModel.ts';
import type { ProfilesClient } from '../http/profilesClient.ts';

/** What the handlers of the gateway work with. */
export interface Means {
  readonly eventStore: EventStore;
  readonly readModel: Omit<ReadModel, 'close'>;
  readonly profiles: Pick<ProfilesClient, 'find' | 'save'>;
}
