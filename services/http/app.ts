import type Router from '@koa/router';
import Koa from 'koa';
import type { Logger } from 'pino';
import { answersProblems } from './errors.ts';
import { requestLog } from './requestLog.ts';

/** An application of the routes: every request has a line in the log, and every fault is answered as a problem. */
export const createApp = (routes: Router, log: Logger): Koa => {
  const app = new Koa();
  // Koa tells of what goes wrong after the answer has begun, such as a client that went away in the middle of it.
  app.on('error', (error: unknown) => log.warn({ err: error }, 'an answer was not delivered'));
  app.use(requestLog(log)).use(answersProblems(log)).use(routes.routes()).use(routes.allowedMethods());
  return app;
};
