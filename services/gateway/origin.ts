import type { RouterContext } from '@koa/router';
import type { Actor } from '../../domain/metadata.ts';
import { newTrace } from '../../eventstore/causation.ts';
import type { Role } from './caller.ts';
import { callerOf } from './token.ts';

/** The W3C trace that the request belongs to, or a new one. https://www.w3.org/TR/trace-context/#traceparent-header */
export const traceFrom = (context: RouterContext): string => {
  const parent = context.get('traceparent');
  const isValid = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.test(parent);
  return isValid ? parent : newTrace();
};

/** Who acts, in the role that the route asks for. */
export const actorIn = (role: Role, context: RouterContext): Actor => ({ subject: callerOf(context).userId, role });
