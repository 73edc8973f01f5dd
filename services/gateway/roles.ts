import { problemTypes } from '../../api/problems.ts';
import type { RouterMiddleware } from '@koa/router';
import { send } from '../http/answer.ts';
import { problem } from '../http/problem.ts';
import type { Role } from './caller.ts';
import { callerOf } from './token.ts';

/** Lets through whoever has the role; only behind `authenticates`. */
export const requires =
  (role: Role): RouterMiddleware =>
  async (context, next) => {
    if (callerOf(context).roles.has(role)) await next();
    else send(context, problem(problemTypes.missingRole, `This needs a token with the role ${role}`));
  };
