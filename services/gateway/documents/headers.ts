import type * as t from 'io-ts';
import { Position } from '../../../api/answers.ts';
import type { JsonSchema } from '../../../api/schema.ts';

export interface Header {
  readonly description: string;
  readonly value: t.Mixed | JsonSchema;
  readonly example: string;
}

const text: JsonSchema = { type: 'string' };
const seconds: JsonSchema = { type: 'string', pattern: '^[0-9]+$' };

const header = (description: string, value: t.Mixed | JsonSchema, example: string): Header => ({
  description,
  value,
  example,
});

/** Headers of answers, beside those that HTTP itself is about. */
export const headers = {
  'Log-Position': header('Position in the log that the answer shows; send it as `after`.', Position, '300'),
  Location: header(
    'Where it is shown.',
    { type: 'string', pattern: '^/' },
    '/orders/7c1f8a52-3f5e-4f0e-9a43-0d7b8f7f4c11',
  ),
  'Preference-Applied': header(
    'How long was waited at most (RFC 7240), where `Prefer` was understood.',
    { type: 'string', pattern: '^wait=[0-9]+$' },
    'wait=10',
  ),
  'Idempotency-Replayed': header(
    'The answer is that of an earlier request of the same key.',
    { type: 'string', enum: ['true'] },
    'true',
  ),
  ETag: header(
    'Names this very content; send it as `If-None-Match`.',
    { type: 'string', pattern: '^(W/)?".*"$' },
    '"x"',
  ),
  Link: header(
    'The next page (RFC 8288).',
    { type: 'string', pattern: '; rel="next"$' },
    '</orders?cursor=MzAw>; rel="next"',
  ),
  'Retry-After': header('Seconds after which to try again.', seconds, '2'),
  'WWW-Authenticate': header('How to authenticate (RFC 6750).', text, 'Bearer realm="orderflow"'),
  'X-Request-Id': header('Names the request in the log of the service; the one that you sent, if any.', text, 'mine-1'),
  RateLimit: header('How much may still be asked for, and for how many seconds.', text, '"user";r=19999;t=10'),
  'RateLimit-Policy': header('How much may be asked for in how many seconds.', text, '"user";q=20000;w=10'),
} as const satisfies Record<string, Header>;

export type HeaderName = keyof typeof headers;

/** Those that every answer may have. */
export const usual: ReadonlyArray<HeaderName> = ['X-Request-Id', 'RateLimit', 'RateLimit-Policy'];
