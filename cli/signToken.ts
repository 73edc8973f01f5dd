import { createSecretKey } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Configuration } from './configuration/configuration.ts';
import type { DataFolder } from './data/folder.ts';
import { Failure } from './failure.ts';

export const roles = ['client', 'operator', 'auditor'] as const;
export type Role = (typeof roles)[number];

export interface Claims {
  /** Whom it is for (`sub`). */
  readonly user: string;
  readonly role: ReadonlyArray<Role>;
  /** How long it is good for, such as `1h`. */
  readonly expires: string;
}

/**
 * Signs a token for development, by the secret that the system checks tokens with.
 * @throws Failure when there is no such secret here.
 */
export const signToken = (
  { user, role, expires }: Claims,
  configuration: Configuration,
  folder: DataFolder,
): Promise<string> => {
  const { JWKS_URL, JWT_SECRET, JWT_ISSUER, JWT_AUDIENCE } = configuration;
  if (JWKS_URL !== undefined) throw new Failure(`Only the issuer whose keys are at ${JWKS_URL} can make tokens.`);
  if (JWT_SECRET === undefined) {
    throw new Failure(
      `There is no secret to sign with. Set JWT_SECRET to that of the system (found neither in the environment nor in ${folder.root}), ` +
        'or name the data folder of one that was started without JWT_SECRET: --data <folder>.',
    );
  }
  const token = new SignJWT({ roles: role }).setProtectedHeader({ alg: 'HS256' }).setSubject(user).setIssuedAt();
  if (JWT_ISSUER !== undefined) token.setIssuer(JWT_ISSUER);
  if (JWT_AUDIENCE !== undefined) token.setAudience(JWT_AUDIENCE);
  return token.setExpirationTime(expires).sign(createSecretKey(JWT_SECRET, 'utf8'));
};
