import * as t from 'io-ts';
import { StreamName } from '../redrive/messages.ts';
import { text } from '../text.ts';

/** Name of a read model. */
export const ProjectionName = text(
  'ProjectionName',
  /^[a-z][a-z_]{0,39}$/,
  '1 to 40 lower case letters or "_", a letter first',
);

/** Commit position in the log, in decimal digits: larger than a JSON number can be. */
export const LogPosition = text('LogPosition', /^(0|[1-9]\d{0,19})$/, 'a position in decimal digits');

/** Why somebody has a read model do without an event, in their words. */
export const SkipReason = text('SkipReason', /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,500}$/u, '1 to 500 printable characters');

/**
 * A read model does without the event at `position`, which it cannot apply: now and whenever it is filled anew. Stream
 * `skip-{projection}`, which is read before the log is, for the decision stands behind what it is about.
 */
export const EventSkipped = t.strict(
  {
    projection: ProjectionName,
    position: LogPosition,
    type: t.string,
    stream: StreamName,
    by: t.string,
    reason: SkipReason,
  },
  'EventSkipped',
);
export type EventSkipped = { readonly type: 'EventSkipped'; readonly data: t.TypeOf<typeof EventSkipped> };
