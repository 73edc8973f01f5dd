import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { parse } from 'yaml';
import { Configuration, variables, type Variable } from './configuration/configuration.ts';
import { serviceNames, services, type ServiceName } from './services.ts';

const Service = t.intersection([
  t.type({ environment: t.record(t.string, t.string), stop_grace_period: t.string }),
  t.partial({ depends_on: t.record(t.string, t.type({ condition: t.string })) }),
]);
const Compose = t.type({ services: t.record(t.string, t.unknown) });

const text = readFileSync(new URL('../docker-compose.yml', import.meta.url), 'utf8');

const decoded = <A>(codec: t.Decoder<unknown, A>, value: unknown): A => {
  const result = codec.decode(value);
  if (E.isLeft(result)) throw new Error(`docker-compose.yml: ${JSON.stringify(result.left[0]?.context)}`);
  return result.right;
};

const all = decoded(Compose, parse(text, { merge: true })).services;
const ours = serviceNames.map((name) => ({ name, ...decoded(Service, all[name]) }));

/** What Compose makes of `${NAME:-default}` and `${NAME:?message}`. */
const interpolated = (value: string, environment: Readonly<Record<string, string>>): string =>
  value.replaceAll(/\$\{([A-Z_]+)(?::-([^}]*)|:\?[^}]*)?\}/g, (_, name: string, fallback?: string) => {
    const found = environment[name] ?? fallback;
    if (found === undefined) throw new Error(`Expected ${name} to be set.`);
    return found;
  });

const signed = { JWT_SECRET: 'j'.repeat(32) };
const secrets = {
  SERVICE_TOKEN: 's'.repeat(32),
  JWT_ISSUER: 'us',
  JWT_AUDIENCE: 'orders',
  POSTGRES_PASSWORD: 'password1',
};

const settingsOf = (of: Readonly<Record<string, string>>, environment: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [name, interpolated(value, environment)]));

const faultsOf = (name: ServiceName, environment: Readonly<Record<string, string>>): ReadonlyArray<string> => {
  const configured = services[name]({ environment, folder: {} });
  return E.isLeft(configured) ? configured.left.map(({ message }) => message) : [];
};

/** Which services each variable reaches, or why it reaches none. */
const reaches: Readonly<Record<Variable, ReadonlyArray<ServiceName> | string>> = {
  NODE_ENV: serviceNames,
  EVENTSTORE_URL: ['gateway', 'orders', 'billing', 'notifications', 'projections'],
  DATABASE_URL: ['gateway', 'projections'],
  PROFILES_DATABASE_URL: ['profiles'],
  SMTP_URL: ['notifications'],
  MAIL_FROM: ['notifications'],
  JWT_SECRET: ['gateway'],
  JWKS_URL: ['gateway'],
  JWT_ISSUER: ['gateway'],
  JWT_AUDIENCE: ['gateway'],
  PROFILES_URL: ['gateway', 'notifications'],
  SERVICE_TOKEN: ['gateway', 'notifications', 'profiles'],
  HOST: serviceNames,
  PORT: serviceNames,
  CORS_ORIGINS: ['gateway'],
  TRUSTED_PROXIES: ['gateway'],
  RATE_LIMIT_PER_USER: ['gateway'],
  RATE_LIMIT_PER_ADDRESS: ['gateway'],
  MAX_REQUESTS: ['gateway'],
  MAX_WAITS: ['gateway'],
  MAX_READS_AFTER_WAIT: ['gateway'],
  MAX_REQUESTS_PER_USER: ['gateway'],
  MAX_STREAMS: ['gateway'],
  MAX_STREAMS_PER_USER: ['gateway'],
  MAX_EVENT_LOOP_DELAY_MS: ['gateway'],
  LOG_LEVEL: serviceNames,
  HANG_AFTER_MS: 'is for the supervisor, whose work Docker does here',
  STOP_TIMEOUT_MS: 'must be less than stop_grace_period, which is fixed here',
};

describe('docker-compose.yml', () => {
  it('runs every service', () => {
    expect(Object.keys(all)).toEqual(expect.arrayContaining([...serviceNames]));
  });

  it.each(ours)('sets every variable for $name that is for it, and no other', ({ name, environment }) => {
    const expected = variables.filter(
      (variable) => typeof reaches[variable] !== 'string' && reaches[variable].includes(name),
    );
    expect(Object.keys(environment).sort()).toEqual([...expected].sort());
  });

  it.each(ours)('gives $name more time to stop than it takes', ({ stop_grace_period: period }) => {
    const unset = Configuration.decode({});
    if (E.isLeft(unset)) throw new Error('Expected the configuration to decode with nothing set.');
    expect(period).toMatch(/^\d+s$/);
    expect(Number.parseInt(period) * 1_000).toBeGreaterThan(unset.right.STOP_TIMEOUT_MS);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['a key set of the issuer', { JWKS_URL: 'https://issuer.example/jwks' }],
    ['a secret', signed],
  ])('lets tokens be verified by %s', (_, keys) => {
    const { environment } = decoded(Service, all['gateway']);
    expect(faultsOf('gateway', settingsOf(environment, { ...secrets, ...keys }))).toEqual([]);
  });

  it('has the gateway refuse to start while nothing verifies tokens', () => {
    const { environment } = decoded(Service, all['gateway']);
    expect(faultsOf('gateway', settingsOf(environment, secrets))).toEqual(['JWT_SECRET: missing; set it, or JWKS_URL']);
  });

  it.each(ours)('gives $name all that it needs in production', ({ name, environment }) => {
    expect(faultsOf(name, settingsOf(environment, { ...secrets, ...signed }))).toEqual([]);
  });

  it.each(Object.keys(secrets))('refuses to start while %s is not set', (name) => {
    const others = Object.fromEntries(Object.entries(secrets).filter(([other]) => other !== name));
    const values = ours.flatMap(({ environment }) => Object.values(environment));
    expect(() => values.map((value) => interpolated(value, others))).toThrow(`Expected ${name} to be set.`);
  });

  it.each(ours)('waits with $name only for what has a health check', ({ depends_on = {} }) => {
    for (const [name, { condition }] of Object.entries(depends_on)) {
      expect(condition).toBe('service_healthy');
      expect(all[name]).toHaveProperty('healthcheck.test');
    }
  });
});
