import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { v5 } from 'uuid';
import { text, UserId } from '../../domain/text.ts';

/** What somebody may do beside reading what is their own. */
export const Role = t.keyof({ client: null, operator: null, auditor: null }, 'Role');
export type Role = t.TypeOf<typeof Role>;

/** Who sent a request, as their token says. */
export interface Caller {
  /** Name of the user everywhere in the system; never personal data. */
  readonly userId: string;
  /** The token's `sub`, which may be an e-mail address: compared only, never stored. */
  readonly subject: string;
  readonly roles: ReadonlySet<Role>;
}

const Claims = t.intersection([
  t.type({ sub: text('Subject', /^[^]+$/, 'a text that is not empty') }),
  t.partial({ iss: t.string, roles: t.array(t.unknown) }),
]);

/** Root of the ids of users whose `sub` is not opaque. Never changed: a different one would take their orders away. */
const namespace = '5d0f6c6e-0b9e-5c36-8a57-3d9f1f4f7c52';

const userIdOf = (issuer: string, subject: string): string =>
  UserId.is(subject) ? subject : v5(JSON.stringify([issuer, subject]), namespace);

/** The caller whom the claims of a verified token name, or undefined where they name none. Unknown roles are ignored. */
export const callerFrom = (claims: unknown): Caller | undefined => {
  const decoded = Claims.decode(claims);
  if (E.isLeft(decoded)) return undefined;
  const { sub, iss = '', roles = [] } = decoded.right;
  return { userId: userIdOf(iss, sub), subject: sub, roles: new Set(roles.filter(Role.is)) };
};
