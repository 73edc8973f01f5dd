import type { Logger } from 'pino';
import { depositStream } from '../../domain/streams.ts';
import type { EventStore } from '../../eventstore/connection.ts';
import type { RunningService } from '../../eventstore/health.ts';
import { readHead } from '../../eventstore/logHead.ts';
import { readEvent } from '../../eventstore/read.ts';
import { createChanges } from '../../projections/changes.ts';
import { createReadModel } from '../../projections/readModel.ts';
import { orderQueries } from '../../projections/readModels/orders.ts';
import { createApp, type AppOptions } from '../http/app.ts';
import { createEndings } from '../http/endings.ts';
import { startProbe } from '../http/probe.ts';
import { createProfilesClient } from '../http/profilesClient.ts';
import { listen } from '../http/server.ts';
import { createEventStreams, defaultEventStreams, type EventStreamSettings } from './eventStreams.ts';
import { createLogEnd } from './logEnd.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { createPatience } from './patience.ts';
import { createProtection } from './protection.ts';
import { gatewayRoutes } from './routes.ts';
import { createTickets, usualLifetime } from './tickets.ts';
import type { TokenOptions } from './token.ts';
import { createTurns } from './turns.ts';

export interface GatewayDependencies extends Pick<AppOptions, 'corsOrigins' | 'proxies'> {
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
  readonly limits?: Partial<Limits>;
  readonly eventStreams?: Partial<EventStreamSettings>;
  /** Seconds that tickets are good for. */
  readonly ticketLifetime?: number;
  /** Milliseconds in which it must have stopped: after half of them waits are answered, after most of them the rest is cut. */
  readonly stopTimeout?: number;
}

/** Milliseconds until a look at the end of the log counts as unanswered. */
const headTimeout = 5_000;

/**
 * The way in for clients: HTTP to events, read models to HTTP. Starts whether or not what it needs is there: what is away
 * makes exactly the requests that need it answer 503.
 * @throws when the port is taken.
 */
export const start = async (dependencies: GatewayDependencies): Promise<RunningService & { readonly url: string }> => {
  const { eventStore, databaseUrl, profilesUrl, serviceToken, jwt, host, port, log } = dependencies;
  const { corsOrigins, proxies, stopTimeout = 10_000, ticketLifetime = usualLifetime } = dependencies;
  const endings = createEndings(stopTimeout / 2);
  const limits = { ...defaultLimits, ...dependencies.limits };
  const protection = createProtection(limits);
  const { query, close } = createReadModel({ databaseUrl, log });
  // Of its own, so that whoever asks for health does not stand in the queue of all others.
  const probed = createReadModel({ databaseUrl, log, connections: 1 });
  const changes = createChanges({ databaseUrl, log });
  const profiles = createProfilesClient({ url: profilesUrl, serviceToken, log });
  const nobody = '00000000-0000-0000-0000-000000000000';
  const probes = {
    eventStore: startProbe({ name: 'event store', ask: () => readEvent(eventStore, depositStream(nobody), 0), log }),
    database: startProbe({ name: 'read model', ask: () => orderQueries(probed.query).orderById(nobody), log }),
  };
  const database = () => (probes.database.check().ok ? changes.check() : probes.database.check());
  const health = () => ({ eventStore: probes.eventStore.check(), database: database() });
  const release = async (): Promise<void> => {
    protection.stop();
    await Promise.all([probes.eventStore.stop(), probes.database.stop(), changes.close()]);
    await Promise.all([close(), probed.close()]);
  };
  try {
    const { waits, rateLimit, perUser, around } = protection;
    const { stopping, ending } = endings;
    const settings = { ...defaultEventStreams, ...dependencies.eventStreams };
    const eventStreams = createEventStreams(settings, limits, stopping);
    const tickets = createTickets(serviceToken, ticketLifetime);
    const means = {
      eventStore,
      query,
      changes,
      profiles,
      waits,
      patience: createPatience(ending),
      turns: createTurns(limits),
      logEnd: createLogEnd(async (known) => (await readHead(eventStore, known, headTimeout)).newest),
      eventStreams,
      tickets,
    };
    const routes = gatewayRoutes(means, { tokens: jwt, rateLimit, perUser }, health);
    const app = createApp(routes, log, { corsOrigins, proxies, limits: around });
    const server = await listen(app, { host, port, stopTimeout: stopTimeout * 0.8 });
    const stop = async (): Promise<void> => {
      endings.begin();
      await server.stop();
      endings.done();
      await release();
    };
    let stopped: Promise<void> | undefined;
    return { url: server.url, health, stop: () => (stopped ??= stop()) };
  } catch (error) {
    await release();
    throw error;
  }
};
