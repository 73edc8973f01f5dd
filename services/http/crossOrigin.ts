import cors from '@koa/cors';
import type { Middleware } from 'koa';

/** What a page may send beside what every page may. */
const allowHeaders = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-None-Match',
  'Last-Event-ID',
  'Prefer',
  'X-Request-Id',
  'traceparent',
];

/** What a page may read beside what every page may. */
const exposeHeaders = [
  'ETag',
  'Idempotency-Replayed',
  'Link',
  'Location',
  'Log-Position',
  'Preference-Applied',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'X-Request-Id',
];

/** Any origin. */
export const anyOrigin = '*';

/** Seconds that a browser may remember a permission; none remembers it for longer. */
const maxAge = 7_200;

/**
 * Lets pages of the given origins use the interface (CORS). `anyOrigin` is no danger: tokens are sent by the page itself,
 * never by the browser on its own, as cookies are; so credentials are never allowed either.
 */
export const allowsOrigins = (origins: ReadonlyArray<string>): Middleware => {
  const allowed = new Set(origins);
  const origin = allowed.has(anyOrigin)
    ? anyOrigin
    : ({ headers }: { readonly headers: { readonly origin?: string } }): string =>
        headers.origin !== undefined && allowed.has(headers.origin) ? headers.origin : '';
  return cors({ origin, allowMethods: ['GET', 'HEAD', 'POST', 'PUT'], allowHeaders, exposeHeaders, maxAge });
};
