import * as E from 'fp-ts/lib/Either.js';
import type { Logger } from 'pino';
import type { Configuration, With, WithoutDefault } from './configuration/configuration.ts';
import { configure, type Needs } from './configuration/configure.ts';
import type { Fault } from './configuration/decode.ts';
import type { Sources } from './configuration/sources.ts';
import type { Hosted } from './supervisor/hosted.ts';

/** A service with its configuration: ready to be started. */
export interface Configured {
  readonly configuration: Configuration;
  readonly start: (log: Logger) => Promise<Hosted>;
}

type Service = (sources: Sources) => E.Either<ReadonlyArray<Fault>, Configured>;

const service =
  <Name extends WithoutDefault>(
    needs: Needs<Name>,
    start: (configuration: With<Name>, log: Logger) => Promise<Hosted>,
  ): Service =>
  (sources) =>
    E.map((configuration: With<Name>) => ({ configuration, start: (log: Logger) => start(configuration, log) }))(
      configure(needs, sources),
    );

/** The services: what each needs of the configuration, and how it is put together. Only the one that runs is loaded. */
export const services = {
  gateway: service(
    { variables: ['EVENTSTORE_URL', 'DATABASE_URL', 'PROFILES_URL', 'SERVICE_TOKEN'], tokens: true },
    async (configuration, log) => {
      const eventStore = await connect('gateway', configuration, log);
      const { start } = await import('../services/gateway/gateway.ts');
      const gateway = await start({
        eventStore,
        databaseUrl: configuration.DATABASE_URL,
        profilesUrl: configuration.PROFILES_URL,
        serviceToken: configuration.SERVICE_TOKEN,
        jwt: {
          secret: configuration.JWT_SECRET,
          jwksUrl: configuration.JWKS_URL,
          issuer: configuration.JWT_ISSUER,
          audience: configuration.JWT_AUDIENCE,
        },
        host: configuration.HOST,
        port: configuration.PORT ?? 0,
        log,
        corsOrigins: configuration.CORS_ORIGINS,
        proxies: configuration.TRUSTED_PROXIES,
        limits: {
          requests: configuration.MAX_REQUESTS,
          waits: configuration.MAX_WAITS,
          turns: configuration.MAX_READS_AFTER_WAIT,
          requestsPerUser: configuration.MAX_REQUESTS_PER_USER,
          streams: configuration.MAX_STREAMS,
          streamsPerUser: configuration.MAX_STREAMS_PER_USER,
          eventLoopDelay: configuration.MAX_EVENT_LOOP_DELAY_MS,
          ratePerUser: configuration.RATE_LIMIT_PER_USER,
          ratePerAddress: configuration.RATE_LIMIT_PER_ADDRESS,
        },
        stopTimeout: configuration.STOP_TIMEOUT_MS,
      });
      return closing(gateway, eventStore);
    },
  ),
  orders: service({ variables: ['EVENTSTORE_URL'], tokens: false }, async (configuration, log) => {
    const eventStore = await connect('orders', configuration, log);
    const { start } = await import('../services/orders/orders.ts');
    return closing(await start({ eventStore }), eventStore);
  }),
  billing: service({ variables: ['EVENTSTORE_URL'], tokens: false }, async (configuration, log) => {
    const eventStore = await connect('billing', configuration, log);
    const { start } = await import('../services/billing/billing.ts');
    return closing(await start({ eventStore }), eventStore);
  }),
  notifications: service(
    { variables: ['EVENTSTORE_URL', 'PROFILES_URL', 'SERVICE_TOKEN', 'SMTP_URL'], tokens: false },
    async (configuration, log) => {
      const eventStore = await connect('notifications', configuration, log);
      const { start } = await import('../services/notifications/notifications.ts');
      const notifications = await start({
        eventStore,
        profilesUrl: configuration.PROFILES_URL,
        serviceToken: configuration.SERVICE_TOKEN,
        smtpUrl: configuration.SMTP_URL,
        mailFrom: configuration.MAIL_FROM,
      });
      return closing(notifications, eventStore);
    },
  ),
  profiles: service(
    { variables: ['PROFILES_DATABASE_URL', 'SERVICE_TOKEN'], tokens: false },
    async (configuration, log) => {
      const { start } = await import('../services/profiles/profiles.ts');
      return start({
        databaseUrl: configuration.PROFILES_DATABASE_URL,
        serviceToken: configuration.SERVICE_TOKEN,
        host: configuration.HOST,
        port: configuration.PORT ?? 0,
        log,
      });
    },
  ),
  projections: service({ variables: ['EVENTSTORE_URL', 'DATABASE_URL'], tokens: false }, async (configuration, log) => {
    const eventStore = await connect('projections', configuration, log);
    const { start } = await import('../projections/projections.ts');
    return closing(await start({ eventStore, databaseUrl: configuration.DATABASE_URL, log }), eventStore);
  }),
} as const satisfies Record<string, Service>;

export type ServiceName = keyof typeof services;

export const serviceNames = Object.keys(services) as ReadonlyArray<ServiceName>;

const connect = async (name: string, { EVENTSTORE_URL: url }: With<'EVENTSTORE_URL'>, log: Logger) => {
  const eventStore = await import('../eventstore/connection.ts');
  return eventStore.connect({ url, name, log });
};

/** A service lets go of the event store only after it has stopped. */
const closing = <Running extends Hosted>(
  running: Running,
  eventStore: { readonly close: () => Promise<void> },
): Running => ({
  ...running,
  stop: async () => {
    await running.stop();
    await eventStore.close();
  },
});
