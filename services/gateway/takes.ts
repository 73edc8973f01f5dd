import type { RouterMiddleware } from '@koa/router';
import { problemTypes } from '../../api/problems.ts';
import { pointerAt } from '../../domain/faults.ts';
import { send } from '../http/answer.ts';
import { problem } from '../http/problem.ts';

/**
 * Lets through a request whose query holds these parameters and no other. What is not known is a typo, or is meant for
 * something else: whoever is answered as if it had not been there takes the answer for what they asked for.
 */
export const takes = (...known: ReadonlyArray<string>): RouterMiddleware => {
  const detail = `Known in the query here: ${known.join(', ') || 'nothing'}`;
  return async (context, next) => {
    const unknown = Object.keys(context.query).filter((name) => !known.includes(name));
    if (unknown.length === 0) return void (await next());
    const errors = unknown.map((name) => ({ pointer: pointerAt([name]), detail: 'is not known here: leave it out' }));
    send(context, problem(problemTypes.invalidQuery, detail, { errors }));
  };
};
