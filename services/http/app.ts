import type Router from '@koa/router';
import Koa, { type Middleware } from 'koa';
import type { Logger } from 'pino';
import { allowsOrigins } from './crossOrigin.ts';
import { answersProblems } from './errors.ts';
import { requestLog } from './requestLog.ts';
import { securityHeaders } from './securityHeaders.ts';

export interface AppOptions {
  /** Origins whose pages may use the interface; without any, those of its own host alone. */
  readonly corsOrigins?: ReadonlyArray<string>;
  /** Reverse proxies on the way that are believed to say, in `X-Forwarded-For`, for whom they ask. */
  readonly proxies?: number;
  /** What keeps requests from the routes when there are too many. */
  readonly limits?: ReadonlyArray<Middleware>;
}

/** A client that does not stay for the whole answer, which is how most event streams end, is nobody's fault. */
const hasGone = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET'].includes(String(error.code));

/** An application of the routes: every request has a line in the log, and every fault is answered as a problem. */
export const createApp = (routes: Router, log: Logger, options: AppOptions = {}): Koa => {
  const { corsOrigins = [], proxies = 0, limits = [] } = options;
  const app = new Koa({ proxy: proxies > 0, maxIpsCount: proxies });
  // Koa tells of what goes wrong after the answer has begun.
  app.on('error', (error: unknown) =>
    log[hasGone(error) ? 'debug' : 'warn']({ err: error }, 'an answer was not delivered'),
  );
  app.use(requestLog(log)).use(securityHeaders());
  if (corsOrigins.length > 0) app.use(allowsOrigins(corsOrigins));
  app.use(answersProblems(log));
  for (const limit of limits) app.use(limit);
  app.use(routes.routes()).use(routes.allowedMethods());
  return app;
};
