import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { parse } from 'yaml';
import { variables } from './configuration/configuration.ts';
import { serviceNames, services } from './services.ts';

const Service = t.intersection([
  t.type({ environment: t.record(t.string, t.string) }),
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

const secrets = {
  JWT_SECRET: 'j'.repeat(32),
  SERVICE_TOKEN: 's'.repeat(32),
  JWT_ISSUER: 'us',
  JWT_AUDIENCE: 'orders',
  POSTGRES_PASSWORD: 'password1',
};

describe('docker-compose.yml', () => {
  it('runs every service', () => {
    expect(Object.keys(all)).toEqual(expect.arrayContaining([...serviceNames]));
  });

  it.each(ours)('sets only variables that exist for $name', ({ environment }) => {
    expect(Object.keys(environment).filter((name) => !variables.some((each) => each === name))).toEqual([]);
  });

  it.each(ours)('gives $name all that it needs in production', ({ name, environment }) => {
    const values = Object.entries(environment).map(([key, value]) => [key, interpolated(value, secrets)]);
    const configured = services[name]({
      environment: Object.fromEntries(values) as Record<string, string>,
      folder: {},
    });
    expect(E.isLeft(configured) ? configured.left : []).toEqual([]);
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
