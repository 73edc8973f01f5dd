import { problemTypes } from '../../api/problems.ts';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Middleware } from 'koa';
import { send } from '../http/answer.ts';
import { problem } from '../http/problem.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const refused = problem(problemTypes.unauthorized, 'Only services with the service token are answered', {
  headers: { 'WWW-Authenticate': 'Bearer realm="profiles"' },
});

/** Lets nobody through without the token. Digests are compared, in constant time: no answer's time tells how much of a guess was right. */
export const requiresServiceToken = (serviceToken: string): Middleware => {
  const expected = digest(`Bearer ${serviceToken}`);
  return async (context, next) => {
    if (timingSafeEqual(digest(context.get('Authorization')), expected)) await next();
    else send(context, refused);
  };
};
