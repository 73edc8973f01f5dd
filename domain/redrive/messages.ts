import * as t from 'io-ts';
import { Revision } from '../money.ts';
import { text, Uuid } from '../text.ts';

const line = (maximum: number): RegExp => new RegExp(`^[^\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}]{1,${maximum}}$`, 'u');

/** Why somebody resends a message, in their words. */
export const RedriveReason = text('RedriveReason', line(500), '1 to 500 printable characters');

/** Name of a stream that the product itself could have written to. */
export const StreamName = text('StreamName', line(200), '1 to 200 printable characters');

/**
 * Handle the event at `stream` and `revision`, whose id is `eventId`, once more on `topic`, as if it had just been
 * delivered there. Nothing is published twice: this event is the resend. Stream `redrive-{eventId}`.
 */
export const RedriveRequested = t.strict(
  { eventId: Uuid, topic: t.string, stream: StreamName, revision: Revision, by: t.string, reason: RedriveReason },
  'RedriveRequested',
);
export type RedriveRequested = { readonly type: 'RedriveRequested'; readonly data: t.TypeOf<typeof RedriveRequested> };
