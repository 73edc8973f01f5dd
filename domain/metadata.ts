import * as t from 'io-ts';
import { Revision } from './money.ts';

/** Who asked for it: subject and role of the token, on requests only. */
export const Actor = t.strict({ subject: t.string, role: t.string }, 'Actor');
export type Actor = t.TypeOf<typeof Actor>;

/** Where the causing event stands, so that a trace follows pointers and needs no index. */
export const Causation = t.strict({ stream: t.string, revision: Revision }, 'Causation');

/**
 * What every event carries beside its data.
 * - `$correlationId`: the order id (for deposits the deposit id); `$causationId`: the causing event's id, absent on requests.
 * - `traceparent`: W3C trace context, one trace from the HTTP request to the letter.
 * - `version`: of the payload. `policy`: of the rules that decided.
 */
export const Metadata = t.intersection(
  [
    t.strict({ $correlationId: t.string, traceparent: t.string, version: Revision, policy: Revision }),
    t.exact(t.partial({ $causationId: t.string, causation: Causation, actor: Actor })),
  ],
  'Metadata',
);
export type Metadata = t.TypeOf<typeof Metadata>;

/** Version of the rules by which the deciders of this code decide. Raised when a rule changes. */
export const policy = 1;
