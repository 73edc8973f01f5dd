import type { Fault } from '../../domain/faults.ts';
import type { Answer } from './answer.ts';

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
export const problemType = (name: string, status: number, title: string): ProblemType => ({
  type: `/problems/${name}`,
  title,
  status,
});

/** Problems of any of our HTTP services. */
export const problemTypes = {
  malformedBody: problemType('malformed-body', 400, 'The body is not JSON'),
  unauthorized: problemType('unauthorized', 401, 'A valid token is needed'),
  unknownPath: problemType('unknown-path', 404, 'There is nothing at this path'),
  methodNotAllowed: problemType('method-not-allowed', 405, 'The path does not take this method'),
  bodyTooLarge: problemType('body-too-large', 413, 'The body is too large'),
  unsupportedMediaType: problemType('unsupported-media-type', 415, 'The body must be JSON'),
  invalidInput: problemType('invalid-input', 422, 'The input breaks a rule'),
  internal: problemType('internal', 500, 'This is our fault'),
  outcomeUnknown: problemType('outcome-unknown', 503, 'It may have been taken, or not'),
  unavailable: problemType('unavailable', 503, 'Something needed for this is away'),
};

interface Particulars {
  readonly errors?: ReadonlyArray<Fault>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Ids of what it is about: members of the problem beside the standard ones, and fields of the log line. */
  readonly about?: Readonly<Record<string, string>>;
}

/** An answer that says what is wrong. `detail` is for people; it must not tell what only we should know. */
export const problem = (
  type: ProblemType,
  detail: string,
  { errors, headers, about = {} }: Particulars = {},
): Answer => {
  const body: Problem = { ...about, ...type, detail, ...(errors === undefined ? {} : { errors }) };
  return { status: type.status, headers: { ...headers, 'Content-Type': 'application/problem+json' }, body, about };
};
