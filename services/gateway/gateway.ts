import type { Logger } from 'pino';
import { depositStream } from '../../domain/streams.ts';
import type { EventStore } from '../../eventstore/connection.ts';
import type { RunningService } from '../../eventstore/health.ts';
import { readEvent } from '../../eventstore/read.ts';
import { createReadModel } from '../../projections/readModel.ts';
import { createApp } from '../http/app.ts';
import { startProbe } from '../http/probe.ts';
import { createProfilesClient } from '../http/profilesClient.ts';
import { listen } from '../http/server.ts';
import { gatewayRoutes } from './routes.ts';
import type { TokenOptions } from './token.ts';

export interface GatewayDependencies {
  readonly eventStore: EventStore;
  /** Database of the read models. */
  readonly databaseUrl: string;
  readonly profilesUrl: string;
  readonly serviceToken: string;
  /** How tokens are verified: exactly one of `secret` and `jwksUrl`. */
  readonly jwt: TokenOptions;
  readonly host: string;
  /** 0: a free port. */
  readonly port: number;
  readonly log: Logger;
}

/**
 * The way in for clients: HTTP to events, read models to HTTP. Starts whether or not what it needs is there: what is away
 * makes exactly the requests that need it answer 503.
 * @throws when the port is taken.
 */
export const start = async (dependencies: GatewayDependencies): Promise<RunningService & { readonly url: string }> => {
  const { eventStore, databaseUrl, profilesUrl, serviceToken, jwt, host, port, log } = dependencies;
  const { close, ...readModel } = createReadModel({ databaseUrl, log });
  const profiles = createProfilesClient({ url: profilesUrl, serviceToken, log });
  const nobody = '00000000-0000-0000-0000-000000000000';
  const probes = {
    eventStore: startProbe({ name: 'event store', ask: () => readEvent(eventStore, depositStream(nobody), 0), log }),
    database: startProbe({ name: 'read model', ask: () => readModel.orderById(nobody), log }),
  };
  const health = () => ({ eventStore: probes.eventStore.check(), database: probes.database.check() });
  const stopProbes = () => Promise.all([probes.eventStore.stop(), probes.database.stop()]);
  try {
    const routes = gatewayRoutes({ eventStore, readModel, profiles }, jwt, health);
    const server = await listen(createApp(routes, log), { host, port });
    const stop = async (): Promise<void> => {
      await Promise.all([server.stop(), stopProbes()]);
      await close();
    };
    let stopping: Promise<void> | undefined;
    return { url: server.url, health, stop: () => (stopping ??= stop()) };
  } catch (error) {
    await stopProbes();
    await close();
    throw error;
  }
};
