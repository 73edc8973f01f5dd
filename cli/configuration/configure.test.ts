import { describe, expect, it } from '@jest/globals';
import * as E from 'fp-ts/lib/Either.js';
import { exampleSecrets } from './configuration.ts';
import { configure, type Needs } from './configure.ts';
import type { Sources } from './sources.ts';

const gateway: Needs<'EVENTSTORE_URL' | 'SERVICE_TOKEN'> = {
  variables: ['EVENTSTORE_URL', 'SERVICE_TOKEN'],
  tokens: true,
};
const orders: Needs<'EVENTSTORE_URL'> = { variables: ['EVENTSTORE_URL'], tokens: false };

const secret = (letter: string): string => letter.repeat(32);
const complete = { EVENTSTORE_URL: 'esdb://store', SERVICE_TOKEN: secret('s'), JWT_SECRET: secret('j') };
const production = { ...complete, NODE_ENV: 'production', JWT_ISSUER: 'us', JWT_AUDIENCE: 'orders' };

const faults = (
  needs: Needs<'EVENTSTORE_URL' | 'SERVICE_TOKEN'>,
  environment: Sources['environment'],
  folder: Sources['folder'] = {},
): ReadonlyArray<string> => {
  const configured = configure(needs, { environment, folder });
  return E.isLeft(configured) ? configured.left.map(({ message }) => message) : [];
};

describe('configuring a process', () => {
  it('says what is missing that this process needs, beside what is wrong', () => {
    expect(faults(gateway, { PORT: 'x' })).toEqual([
      'PORT: expected a whole number from 0 to 65535, found "x"',
      'EVENTSTORE_URL: missing, and needed here',
      'SERVICE_TOKEN: missing, and needed here',
      'JWT_SECRET: missing; set it, or JWKS_URL',
    ]);
  });

  it('asks for nothing that this process does not need', () => {
    expect(faults(orders, { EVENTSTORE_URL: 'esdb://store' })).toEqual([]);
    expect(faults(orders, { EVENTSTORE_URL: 'esdb://store', NODE_ENV: 'production' })).toEqual([]);
  });

  it('takes what the environment does not say from the data folder', () => {
    expect(faults(gateway, {}, complete)).toEqual([]);
  });

  it('refuses a secret beside a JWKS: only one of them can sign the tokens', () => {
    expect(faults(gateway, { ...complete, JWKS_URL: 'https://issuer.example/jwks' })).toHaveLength(1);
  });
});

describe('configuring a process for production', () => {
  it('starts with secrets of its own, an issuer and an audience', () => {
    expect(faults(gateway, production)).toEqual([]);
  });

  it('starts with a JWKS instead of a secret', () => {
    const jwks = { ...production, JWT_SECRET: '', JWKS_URL: 'https://issuer.example/jwks' };
    expect(faults(gateway, jwks, { JWT_SECRET: secret('f') })).toEqual([]);
  });

  it.each(['JWT_SECRET', 'SERVICE_TOKEN', 'JWT_ISSUER', 'JWT_AUDIENCE'] as const)(
    'refuses to start without %s',
    (name) => {
      const found = faults(gateway, { ...production, [name]: undefined });
      expect(found).toHaveLength(1);
      expect(found[0]).toContain(`${name}: missing`);
    },
  );

  it.each(['JWT_SECRET', 'SERVICE_TOKEN'] as const)('refuses a %s that was made for the data folder', (name) => {
    expect(faults(gateway, { ...production, [name]: undefined }, { [name]: secret('f') })).toEqual([
      `${name}: missing; NODE_ENV=production takes it from the environment only`,
    ]);
  });

  it.each([...exampleSecrets])('refuses the example secret %s', (example) => {
    expect(faults(gateway, { ...production, JWT_SECRET: example, SERVICE_TOKEN: example })).toEqual([
      "JWT_SECRET: is the documentation's example; NODE_ENV=production needs one of your own",
      "SERVICE_TOKEN: is the documentation's example; NODE_ENV=production needs one of your own",
    ]);
  });

  it('names everything that is missing at once', () => {
    expect(faults(gateway, { NODE_ENV: 'production' })).toHaveLength(5);
  });
});
