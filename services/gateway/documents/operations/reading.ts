import type * as t from 'io-ts';
import type { HeaderName } from '../headers.ts';
import type { Operation } from '../operation.ts';
import type { ParameterName } from '../parameters.ts';

/** What every read of a read model takes. */
export const readParameters: ReadonlyArray<ParameterName> = ['after', 'preferAfter', 'If-None-Match'];

/** What every read of a read model answers. */
export const readAnswers = (
  description: string,
  codec: t.Mixed,
  examples: Readonly<Record<string, unknown>>,
  maybe: ReadonlyArray<HeaderName> = [],
): Operation['answers'] => ({
  200: { description, headers: ['ETag', 'Log-Position'], maybe, content: { codec, examples } },
  304: { description: 'It is as you have it.', headers: ['ETag', 'Log-Position'], maybe },
});
