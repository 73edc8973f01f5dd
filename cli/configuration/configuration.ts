import * as t from 'io-ts';
import { defaultLimits } from '../../services/gateway/limits.ts';
import { eventStoreUrl, line, oneOf, optional, origins, secret, url, whole, withDefault } from './codecs.ts';

const postgresUrl = url('postgres', 'postgresql');

const limit = (usual: number) => withDefault(whole(1, 1_000_000_000), usual);

/** Every environment variable there is. docs/configuration.md says of each what it is for. */
export const Configuration = t.type({
  NODE_ENV: withDefault(oneOf('development', 'test', 'production'), 'development'),
  EVENTSTORE_URL: optional(eventStoreUrl),
  DATABASE_URL: optional(postgresUrl),
  PROFILES_DATABASE_URL: optional(postgresUrl),
  SMTP_URL: optional(url('smtp', 'smtps')),
  MAIL_FROM: withDefault(line, 'orderflow <orders@orderflow.example>'),
  JWT_SECRET: optional(secret(32)),
  JWKS_URL: optional(url('http', 'https')),
  JWT_ISSUER: optional(line),
  JWT_AUDIENCE: optional(line),
  PROFILES_URL: optional(url('http', 'https')),
  SERVICE_TOKEN: optional(secret(32)),
  HOST: withDefault(line, '127.0.0.1'),
  PORT: optional(whole(0, 65_535)),
  CORS_ORIGINS: optional(origins),
  TRUSTED_PROXIES: withDefault(whole(0, 10), 0),
  RATE_LIMIT_PER_USER: limit(defaultLimits.ratePerUser),
  RATE_LIMIT_PER_ADDRESS: limit(defaultLimits.ratePerAddress),
  MAX_REQUESTS: limit(defaultLimits.requests),
  MAX_WAITS: limit(defaultLimits.waits),
  MAX_READS_AFTER_WAIT: limit(defaultLimits.turns),
  MAX_REQUESTS_PER_USER: limit(defaultLimits.requestsPerUser),
  MAX_STREAMS: limit(defaultLimits.streams),
  MAX_STREAMS_PER_USER: limit(defaultLimits.streamsPerUser),
  MAX_EVENT_LOOP_DELAY_MS: withDefault(whole(10, 60_000), defaultLimits.eventLoopDelay),
  LOG_LEVEL: withDefault(oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'), 'info'),
  HANG_AFTER_MS: withDefault(whole(100, 600_000), 10_000),
  STOP_TIMEOUT_MS: withDefault(whole(100, 600_000), 10_000),
});

export type Configuration = t.TypeOf<typeof Configuration>;
export type Variable = keyof Configuration;

/** Variables that stay unset when nobody sets them. */
export type WithoutDefault = {
  [Name in Variable]: undefined extends Configuration[Name] ? Name : never;
}[Variable];

export const variables = Object.keys(Configuration.props) as ReadonlyArray<Variable>;

/** The configuration after it was found that these variables are set. */
export type With<Needed extends WithoutDefault> = Configuration & {
  readonly [Name in Needed]: NonNullable<Configuration[Name]>;
};

/** Variables whose values are shown to nobody. */
export const secretNames = ['JWT_SECRET', 'SERVICE_TOKEN'] as const satisfies ReadonlyArray<Variable>;

export const isSecret = (name: Variable): boolean => secretNames.some((each) => each === name);

/** What .env.example offers as secrets: anyone can read them there, so production refuses them. */
export const exampleSecrets: ReadonlySet<string> = new Set([
  'for-development-only-jwt-secret-change-me',
  'for-development-only-service-token-change-me',
]);
