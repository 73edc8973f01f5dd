import type { RouterContext } from '@koa/router';

/** Seconds; who asks for more waits this long. */
export const longestWait = 30;

// Commas within quotes do not separate, and quotes may stay open, so that no text makes this look twice.
const preferences = /(?:[^,"]|"(?:[^"\\]|\\.?)*"?)+/g;
const waiting = /^\s*wait\s*=\s*(?:(\d+)|"(\d+)")\s*(?:;|$)/i;

/**
 * Seconds for which the caller wants to wait, 0 to 30; undefined when they do not say so. `Prefer: wait=10`, among others, as
 * in RFC 7240, section 4.3: what cannot be understood is ignored. By hand: the one package for this header is no longer kept.
 */
export const preferredWait = (context: RouterContext): number | undefined => {
  for (const preference of context.get('Prefer').match(preferences) ?? []) {
    const found = waiting.exec(preference);
    if (found !== null) return Math.min(Number(found[1] ?? found[2]), longestWait);
  }
  return undefined;
};

/** Says for how long was waited at most (RFC 7240, section 3). */
export const preferenceApplied = (wait: number | undefined): Readonly<Record<string, string>> =>
  wait === undefined ? {} : { 'Preference-Applied': `wait=${wait}` };
