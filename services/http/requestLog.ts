import type { Middleware } from 'koa';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { RequestState } from './answer.ts';
import { isHealth } from './health.ts';

const requestIdOf = (sent: string): string => (/^[A-Za-z0-9._-]{1,128}$/.test(sent) ? sent : randomUUID());

const levelOf = (path: string, status: number): 'debug' | 'info' | 'warn' => {
  if (isHealth(path)) return 'debug';
  return status >= 500 ? 'warn' : 'info';
};

/**
 * One line a request, with what its answer was about. `X-Request-Id` is kept when it is 1 to 128 letters, digits, ".", "_"
 * or "-", else a new one is given; it is in the answer and on the line.
 */
export const requestLog =
  (log: Logger): Middleware =>
  async (context, next) => {
    const started = performance.now();
    const requestId = requestIdOf(context.get('X-Request-Id'));
    context.set('X-Request-Id', requestId);
    await next();
    const { method, path, status } = context;
    const { about }: RequestState = context.state;
    const milliseconds = Math.round(performance.now() - started);
    log[levelOf(path, status)]({ requestId, method, path, status, milliseconds, ...about }, 'request');
  };
