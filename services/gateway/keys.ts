import { createRemoteJWKSet, errors, type JWSHeaderParameters } from 'jose';
import { createSecretKey, KeyObject, type webcrypto } from 'node:crypto';
import { Unavailable } from '../../eventstore/faults.ts';

/** By which key a token must be signed, and by which algorithms alone. */
export interface Keys {
  readonly algorithms: string[];
  /** What koa-jwt takes from `state.secret`: a key, or a function from a token's header to its key. */
  readonly secret: KeyObject | ((header: JWSHeaderParameters) => Promise<KeyObject>);
}

/** One key object for all requests: making one from a string for each costs more than the whole rest of a request. */
const sharedSecret = (secret: string): Keys => ({
  algorithms: ['HS256'],
  secret: createSecretKey(Buffer.from(secret)),
});

// No HS algorithm: with one, anyone could sign by the public key as if it were a secret.
const asymmetric = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'];

/** Whether the token asks for a key that no set can give, as opposed to a set that could not be had. */
const isTokensFault = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported;

const keySet = (url: string): Keys => {
  const find = createRemoteJWKSet(new URL(url));
  const known = new WeakMap<webcrypto.CryptoKey, KeyObject>();
  const secret = async (header: JWSHeaderParameters): Promise<KeyObject> => {
    const key = await find(header).catch((error: unknown) => {
      throw isTokensFault(error) ? error : new Unavailable('token issuer', error);
    });
    const object = known.get(key) ?? KeyObject.from(key);
    known.set(key, object);
    return object;
  };
  return { algorithms: asymmetric, secret };
};

export interface KeyOptions {
  /** Shared secret of HS256. */
  readonly secret?: string;
  /** Where the issuer publishes its keys. */
  readonly jwksUrl?: string;
}

/** @throws unless exactly one way to verify tokens is given. */
export const keysOf = ({ secret, jwksUrl }: KeyOptions): Keys => {
  if (jwksUrl !== undefined && secret === undefined) return keySet(jwksUrl);
  if (secret !== undefined && jwksUrl === undefined) return sharedSecret(secret);
  throw new Error(
    `Expected either JWT_SECRET or JWKS_URL, found ${secret === undefined ? 'neither' : 'both'}: set one`,
  );
};
