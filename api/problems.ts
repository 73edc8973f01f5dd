import type { Fault } from '../domain/faults.ts';

/** A kind of problem (RFC 9457): its URI, title and status are the same in every answer of this kind, for ever. */
export interface ProblemType {
  readonly type: string;
  readonly title: string;
  readonly status: number;
}

/** A problem as it goes over the wire. */
export interface Problem extends ProblemType {
  readonly detail: string;
  readonly errors?: ReadonlyArray<Fault>;
}

/** `type` is relative, so that it leads to the documentation on whichever host answered. */
const problemType = (name: string, status: number, title: string): ProblemType => ({
  type: `/problems/${name}`,
  title,
  status,
});

/** Every problem that a service of ours may answer with. */
export const problemTypes = {
  brokenRequest: problemType('broken-request', 400, 'This is not an HTTP request'),
  malformedBody: problemType('malformed-body', 400, 'The body is not JSON'),
  invalidPosition: problemType('invalid-position', 400, 'There is no such position in the log'),
  invalidQuery: problemType('invalid-query', 400, 'The query breaks a rule'),
  invalidIdempotencyKey: problemType('invalid-idempotency-key', 400, 'This cannot be an idempotency key'),
  unauthorized: problemType('unauthorized', 401, 'A valid token is needed'),
  missingRole: problemType('missing-role', 403, 'Your token lacks the role that this needs'),
  foreignUser: problemType('foreign-user', 403, 'You can order for yourself only'),
  unknownPath: problemType('unknown-path', 404, 'There is nothing at this path'),
  orderNotFound: problemType('order-not-found', 404, 'You have no such order'),
  depositNotFound: problemType('deposit-not-found', 404, 'There is no such deposit'),
  walletNotFound: problemType('wallet-not-found', 404, 'There can be no such wallet'),
  profileNotFound: problemType('profile-not-found', 404, 'There is no profile'),
  methodNotAllowed: problemType('method-not-allowed', 405, 'The path does not take this method'),
  requestTimeout: problemType('request-timeout', 408, 'The request took too long to arrive'),
  bodyTooLarge: problemType('body-too-large', 413, 'The body is too large'),
  unsupportedMediaType: problemType('unsupported-media-type', 415, 'The body must be JSON'),
  invalidInput: problemType('invalid-input', 422, 'The input breaks a rule'),
  idempotencyKeyReused: problemType('idempotency-key-reused', 422, 'The key belongs to another request'),
  tooManyRequests: problemType('too-many-requests', 429, 'You ask for more than your share'),
  headersTooLarge: problemType('headers-too-large', 431, 'The header fields are too large'),
  internal: problemType('internal', 500, 'Something went wrong on our side'),
  overloaded: problemType('overloaded', 503, 'There is too much to do at the moment'),
  outcomeUnknown: problemType('outcome-unknown', 503, 'It may have been taken, or not'),
  unavailable: problemType('unavailable', 503, 'Something that this needs does not answer'),
  readModelBehind: problemType('read-model-behind', 504, 'What you ask for is not shown yet'),
};

export type ProblemName = keyof typeof problemTypes;

const isProblemName = (name: string): name is ProblemName => Object.hasOwn(problemTypes, name);

export const problemNames: ReadonlyArray<ProblemName> = Object.keys(problemTypes).filter(isProblemName);
