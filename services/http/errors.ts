import { problemTypes } from '../../api/problems.ts';
import type { Context, Middleware } from 'koa';
import type { Logger } from 'pino';
import { messageOf, Unavailable } from '../../eventstore/faults.ts';
import { send, type Answer } from './answer.ts';
import { OutcomeUnknown } from './outcomeUnknown.ts';
import { problem } from './problem.ts';

/** Seconds after which a client may try again what was away. */
const retryAfter = 2;

/** What a client gets to know of something that is away: what it is, as a noun after "the", and not how we talk to it. */
export const unavailable = ({ dependency }: Unavailable): Answer =>
  problem(
    problemTypes.unavailable,
    `The ${dependency} does not answer at the moment: send this again in ${retryAfter} seconds`,
    {
      headers: { 'Retry-After': String(retryAfter) },
    },
  );

/** No Retry-After without a key: whoever obeyed it blindly would order twice. */
const outcomeUnknown = ({ location, about, hasKey }: OutcomeUnknown): Answer =>
  hasKey
    ? problem(
        problemTypes.outcomeUnknown,
        'This may have been taken: send it again with the same Idempotency-Key, which makes sure that it is taken only once',
        { headers: { Location: location, 'Retry-After': String(retryAfter) }, about },
      )
    : problem(
        problemTypes.outcomeUnknown,
        `This may have been taken: look at ${location} for a while first, and send it again only if nothing shows up there`,
        { headers: { Location: location }, about },
      );

const internal = problem(
  problemTypes.internal,
  'Send this again; if that does not help, tell the operators the X-Request-Id of this answer: the log has the fault under it',
);

const unknownPath = (path: string): Answer =>
  problem(problemTypes.unknownPath, `There is nothing at ${path}: compare it with the documented paths`);

const methodNotAllowed = (context: Context): Answer =>
  problem(
    problemTypes.methodNotAllowed,
    `${context.path} takes ${context.response.get('Allow')}, not ${context.method}`,
  );

/** What the router left without an answer. */
const unanswered = (context: Context): Answer | undefined => {
  if (context.status === 405) return methodNotAllowed(context);
  return context.status === 404 && !context.body ? unknownPath(context.path) : undefined;
};

const answerOf = (error: unknown, log: Logger): Answer => {
  if (error instanceof Unavailable) {
    log.warn({ err: messageOf(error) }, 'a request needed what is away');
    return unavailable(error);
  }
  if (error instanceof OutcomeUnknown) {
    log.warn({ err: messageOf(error), ...error.about }, 'the outcome of a request is unknown');
    return outcomeUnknown(error);
  }
  log.error({ err: error }, 'a request failed');
  return internal;
};

/** Around limits and routes: whatever happens below, the client gets an answer of ours, as a problem where it is one. */
export const answersProblems =
  (log: Logger): Middleware =>
  async (context, next) => {
    try {
      await next();
      const answer = unanswered(context);
      if (answer !== undefined) send(context, answer);
    } catch (error) {
      send(context, answerOf(error, log.child({ requestId: context.response.get('X-Request-Id') })));
    }
  };
