import type { RouterContext } from '@koa/router';
import { createHash } from 'node:crypto';
import type { Answer } from '../http/answer.ts';

/** A strong ETag: the same content has the same one, wherever and whenever it is made. */
export const entityTag = (content: string | Buffer): string =>
  `"${createHash('sha256').update(content).digest('base64url')}"`;

/**
 * Whether the caller has what the tag names (RFC 9110, section 13.1.2). Not by Koa's `fresh`, which never says so to a
 * caller that sends `Cache-Control: no-cache`; every fetch does beside an If-None-Match.
 */
export const callerHas = (context: RouterContext, tag: string): boolean =>
  context
    .get('If-None-Match')
    .split(',')
    .some((known) => ['*', tag, `W/${tag}`].includes(known.trim()));

/** What is shown, named by a strong ETag, to be kept by its caller alone and asked about each time; or 304 when they have it. */
export const conditional = (context: RouterContext, shown: Answer & { readonly body: object }): Answer => {
  const tag = entityTag(JSON.stringify(shown.body));
  const headers = { ...shown.headers, ETag: tag, 'Cache-Control': 'private, no-cache' };
  return callerHas(context, tag) ? { status: 304, headers, about: shown.about } : { ...shown, headers };
};
