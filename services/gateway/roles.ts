import { problemTypes } from '../../api/problems.ts';
import type { RouterMiddleware } from '@koa/router';
import { send } from '../http/answer.ts';
import { problem } from '../http/problem.ts';
import type { Role } from './caller.ts';
import { callerOf } from './token.ts';

/** Lets through whoever has one of the roles; only behind `authenticates`. */
export const requires =
  (...roles: readonly [Role, ...Role[]]): RouterMiddleware =>
  async (context, next) => {
    if (roles.some((role) => callerOf(context).roles.has(role))) await next();
    else send(context, problem(problemTypes.missingRole, `This needs a token with the role ${roles.join(' or ')}`));
  };
