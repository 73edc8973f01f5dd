import { describe, expect, it } from '@jest/globals';
import * as E from 'fp-ts/lib/Either.js';
import { decode } from './decode.ts';
import { sourceOf, type Sources } from './sources.ts';

const from = (environment: Sources['environment'], folder: Sources['folder'] = {}): Sources => ({
  environment,
  folder,
});

const messages = (sources: Sources): ReadonlyArray<string> => {
  const decoded = decode(sources);
  return E.isLeft(decoded) ? decoded.left.map(({ message }) => message) : [];
};

const value = (sources: Sources) => {
  const decoded = decode(sources);
  if (E.isLeft(decoded)) throw new Error(decoded.left.map(({ message }) => message).join('\n'));
  return decoded.right;
};

describe('decoding the configuration', () => {
  it('needs nothing, and then has the defaults', () => {
    expect(value(from({}))).toMatchObject({ NODE_ENV: 'development', HOST: '127.0.0.1', LOG_LEVEL: 'info' });
  });

  it('lists every fault at once, each with what was expected and what was found', () => {
    const faults = messages(
      from({ NODE_ENV: 'staging', EVENTSTORE_URL: 'http://here', PORT: '80a', LOG_LEVEL: 'loud', HANG_AFTER_MS: '-1' }),
    );
    expect(faults).toEqual([
      'NODE_ENV: expected one of development, test, production, found "staging"',
      'EVENTSTORE_URL: expected a connection string that begins with esdb:// or esdb+discover://, found "http://here"',
      'PORT: expected a whole number from 0 to 65535, found "80a"',
      'LOG_LEVEL: expected one of trace, debug, info, warn, error, fatal, silent, found "loud"',
      'HANG_AFTER_MS: expected a whole number from 100 to 600000, found "-1"',
    ]);
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '1e3'],
    ['PORT', ' 80'],
    ['PORT', '1.5'],
    ['DATABASE_URL', 'mysql://127.0.0.1/orders'],
    ['DATABASE_URL', 'postgres://'],
    ['SMTP_URL', '127.0.0.1:25'],
    ['JWKS_URL', 'file:///keys'],
    ['MAIL_FROM', 'us\r\nBcc: everybody@example.com'],
    ['JWT_ISSUER', '   '],
    ['EVENTSTORE_URL', 'esdb://'],
    ['EVENTSTORE_URL', 'esdb://a b:2113'],
    ['CORS_ORIGINS', 'https://shop.example/'],
    ['CORS_ORIGINS', 'shop.example'],
    ['CORS_ORIGINS', 'https://Shop.example'],
    ['CORS_ORIGINS', 'https://shop.example:443'],
    ['CORS_ORIGINS', 'https://shop.example,*'],
    ['CORS_ORIGINS', 'null'],
    ['MAX_REQUESTS', '0'],
  ])('refuses %s=%j', (name, text) => {
    expect(messages(from({ [name]: text }))).toHaveLength(1);
  });

  it.each([
    ['EVENTSTORE_URL', 'esdb://127.0.0.1:2113?tls=false'],
    ['EVENTSTORE_URL', 'esdb+discover://admin:changeit@a:2113,b:2113,c:2113?tls=true'],
    ['DATABASE_URL', 'postgresql://orders@[::1]:5432/orders?sslmode=require'],
    ['SMTP_URL', 'smtps://user:pass@mail.example.com'],
    ['MAIL_FROM', 'Größe & Söhne <orders@example.com>'],
  ] as const)('accepts %s=%s as it is', (name, text) => {
    expect(value(from({ [name]: text }))[name]).toBe(text);
  });

  it('shows no secret in a fault, not even a wrong one', () => {
    const [fault] = messages(from({ JWT_SECRET: 'hunter2' }));
    expect(fault).toBe('JWT_SECRET: expected at least 32 visible ASCII characters, found 7 characters (not shown)');
  });

  it('shows no password of a malformed URL', () => {
    const faults = messages(from({ DATABASE_URL: 'postgres:/me:hunter2@host/x', SMTP_URL: 'smtp//me:hunter2@host' }));
    expect(faults).toHaveLength(2);
    expect(faults.join()).not.toContain('hunter2');
  });

  it('takes empty for unset', () => {
    expect(value(from({ PORT: '', LOG_LEVEL: '', JWT_SECRET: '' }))).toMatchObject({
      PORT: undefined,
      LOG_LEVEL: 'info',
      JWT_SECRET: undefined,
    });
  });

  it('prefers the environment to the data folder, and that to the default', () => {
    const sources = from({ PROFILES_URL: 'http://a' }, { PROFILES_URL: 'http://b', EVENTSTORE_URL: 'esdb://b' });
    expect(value(sources)).toMatchObject({ PROFILES_URL: 'http://a', EVENTSTORE_URL: 'esdb://b' });
    expect((['PROFILES_URL', 'EVENTSTORE_URL', 'HOST'] as const).map((name) => sourceOf(name, sources))).toEqual([
      'environment',
      'data folder',
      'default',
    ]);
  });

  it('leaves the secret of the data folder aside when a JWKS is named', () => {
    const sources = from({ JWKS_URL: 'https://issuer.example/jwks' }, { JWT_SECRET: 'x'.repeat(32) });
    expect(value(sources)).toMatchObject({ JWT_SECRET: undefined, JWKS_URL: 'https://issuer.example/jwks' });
  });
});
