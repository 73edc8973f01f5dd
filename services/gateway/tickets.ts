import type { RouterContext, RouterMiddleware } from '@koa/router';
import * as E from 'fp-ts/lib/Either.js';
import { errors, jwtVerify, SignJWT } from 'jose';
import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { send, type Answer } from '../http/answer.ts';
import type { Caller } from './caller.ts';
import { authenticates, callerOf, goOnAs, invalidToken, type Access } from './token.ts';

/** Whoever shows a ticket may read the event streams of one user, for a minute and nothing else. */
export interface Tickets {
  readonly issue: (userId: string) => Promise<{ readonly ticket: string; readonly expiresAt: Date }>;
  /** Whose ticket it is, or why it is good for nothing. */
  readonly holderOf: (ticket: string) => Promise<E.Either<Answer, Caller>>;
}

/** Seconds that a ticket is good for, unless configured otherwise. */
export const usualLifetime = 60;

const algorithm = 'HS256';
const audience = 'orderflow:event-streams';

/** All gateways have the service token, and nobody who gets tickets has; derived, so that neither tells of the other. */
const keyFrom = (serviceToken: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', serviceToken, '', 'orderflow tickets', 32)));

const refusalOf = (error: unknown): Answer => {
  if (error instanceof errors.JWTExpired) return invalidToken('The ticket has expired: get a new one');
  if (error instanceof errors.JOSEError) return invalidToken('The ticket is not valid here');
  throw error;
};

/** @param lifetime seconds */
export const createTickets = (serviceToken: string, lifetime: number): Tickets => {
  const key = keyFrom(serviceToken);
  return {
    issue: async (userId) => {
      const expiresAt = new Date((Math.floor(Date.now() / 1_000) + lifetime) * 1_000);
      const signing = new SignJWT().setProtectedHeader({ alg: algorithm }).setAudience(audience).setSubject(userId);
      return { ticket: await signing.setExpirationTime(expiresAt).sign(key), expiresAt };
    },
    holderOf: async (ticket) => {
      try {
        const { payload } = await jwtVerify(ticket, key, {
          algorithms: [algorithm],
          audience,
          requiredClaims: ['exp', 'sub'],
        });
        const { sub } = payload;
        if (sub === undefined) throw new errors.JWTInvalid('Expected a ticket with a sub, found none');
        return E.right({ userId: sub, subject: sub, roles: new Set() });
      } catch (error) {
        return E.left(refusalOf(error));
      }
    },
  };
};

/** `POST /tickets` */
export const issueTicket =
  (tickets: Tickets) =>
  async (context: RouterContext): Promise<Answer> => {
    const { ticket, expiresAt } = await tickets.issue(callerOf(context).userId);
    return { status: 201, body: { ticket, expiresAt } };
  };

/** Like `authenticates`, but a ticket in the query will do: what browsers call EventSource cannot send a token. */
export const authenticatesByTicket = (access: Access, tickets: Tickets): RouterMiddleware => {
  const byToken = authenticates(access);
  return async (context, next) => {
    const { ticket } = context.query;
    if (ticket === undefined) return void (await byToken(context, next));
    const holder = await tickets.holderOf(String(ticket));
    if (E.isLeft(holder)) send(context, holder.left);
    else await goOnAs(holder.right, context, next, access);
  };
};
