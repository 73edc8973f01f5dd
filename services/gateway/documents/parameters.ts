import type * as t from 'io-ts';
import { Cursor, Position, Status } from '../../../api/answers.ts';
import { Day } from '../../../api/day.ts';
import type { ProblemName } from '../../../api/problems.ts';
import type { JsonSchema } from '../../../api/schema.ts';
import { Currency } from '../../../domain/currency.ts';
import { UserId, Uuid } from '../../../domain/text.ts';
import type { HeaderName } from './headers.ts';

export interface Parameter {
  /** In a request, where two parameters have the same one. */
  readonly name?: string;
  readonly in: 'path' | 'query' | 'header';
  /** Whether every request has it; those in the path always are. */
  readonly required?: boolean;
  readonly description: string;
  readonly value: t.Mixed | JsonSchema;
  /** Problems that it may meet. */
  readonly problems?: ReadonlyArray<ProblemName>;
  /** Header that any answer to it may have. */
  readonly brings?: HeaderName;
}

const text: JsonSchema = { type: 'string' };

/** What may be in a path, a query or a header, by its name there. */
export const parameters = {
  orderId: { in: 'path', description: 'Id of the order.', value: Uuid },
  depositId: { in: 'path', description: 'Id of the deposit.', value: Uuid },
  userId: { in: 'path', description: 'Whose wallet.', value: UserId },
  currency: { in: 'path', description: 'Currency of the wallet.', value: Currency },
  name: { in: 'path', description: 'Name of the problem type: what follows `/problems/` in `type`.', value: text },
  file: { in: 'path', description: 'Name of the file.', value: text },
  after: {
    in: 'query',
    description:
      'A position that you got in an answer: what is shown is at least as new. It is waited for, as long as ' +
      '`Prefer: wait` says, or 5 seconds.',
    value: Position,
    problems: ['invalidPosition', 'readModelBehind'],
    brings: 'Log-Position',
  },
  status: { in: 'query', description: 'Only orders that stand here.', value: Status },
  limit: {
    in: 'query',
    description: 'How many, at most; 20 unless said otherwise.',
    value: { type: 'integer', minimum: 1, maximum: 100 },
  },
  cursor: {
    in: 'query',
    description: 'Where the page begins: `next` of the page before, of the same list and status.',
    value: Cursor,
  },
  reportedCurrency: {
    name: 'currency',
    in: 'query',
    required: true,
    description: 'Currency of the orders.',
    value: Currency,
  },
  from: { in: 'query', required: true, description: 'First day.', value: Day },
  to: {
    in: 'query',
    required: true,
    description: 'Last day; a report covers 366 at most.',
    value: Day,
  },
  asOf: {
    in: 'query',
    description:
      'As it was then: a time such as `2026-11-24T12:00:00Z` (all before the first event of the order created after it), ' +
      'or a position of the log (included).',
    value: text,
  },
  Prefer: {
    in: 'header',
    description: '`wait=10`: wait up to 10 seconds, 30 at most (RFC 7240).',
    value: text,
    brings: 'Preference-Applied',
  },
  preferAfter: {
    name: 'Prefer',
    in: 'header',
    description:
      '`wait=10`: wait up to 10 seconds, 30 at most (RFC 7240), for what `after` asks for; without it, no wait.',
    value: text,
    brings: 'Preference-Applied',
  },
  'Idempotency-Key': {
    in: 'header',
    description:
      'Names your request, so that it is done once however often you send it: 1 to 255 visible ASCII characters, ' +
      'such as a UUID. The same key with another body is refused.',
    value: text,
    problems: ['invalidIdempotencyKey', 'idempotencyKeyReused'],
  },
  'If-None-Match': { in: 'header', description: 'The `ETag` of what you have: 304 if it is still so.', value: text },
  'Last-Event-ID': {
    in: 'header',
    description: 'The `id` of the last event that you know: the stream goes on after it.',
    value: Position,
    problems: ['invalidPosition'],
    brings: 'Log-Position',
  },
  knownUpTo: {
    name: 'after',
    in: 'query',
    description: 'The same as `Last-Event-ID`, which counts for more, for a page that opens a new EventSource.',
    value: Position,
  },
} as const satisfies Record<string, Parameter>;

export type ParameterName = keyof typeof parameters;

export const parameterOf = (name: ParameterName): Parameter => parameters[name];
