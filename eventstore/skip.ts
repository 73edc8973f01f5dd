import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { randomUUID } from 'node:crypto';
import type { Metadata } from '../domain/metadata.ts';
import { EventSkipped } from '../domain/skip/messages.ts';
import { skip } from '../domain/skip/skip.ts';
import { skipStream } from '../domain/streams.ts';
import { append } from './append.ts';
import { causedBy, newTrace, requestedBy } from './causation.ts';
import { isForeign } from './codec.ts';
import type { EventStore } from './connection.ts';
import type { LogEvent } from './logEvent.ts';
import { recordedSkips } from './skips.ts';

export interface SkipRequest {
  /** Name of the read model that does without the event. */
  readonly projection: string;
  readonly event: LogEvent;
  /** Who decides, and why. */
  readonly by: string;
  readonly reason: string;
}

/** An event that can be read is the cause; of one that cannot nobody knows what it belongs to. */
const metadataOf = ({ projection, event, by }: SkipRequest, id: string): Metadata => {
  const actor = { subject: by, role: 'operator' };
  if (E.isRight(event.decoded) && !isForeign(event.decoded.right))
    return causedBy(event.decoded.right, 'EventSkipped', id, actor);
  return requestedBy(actor, 'EventSkipped', id, projection, newTrace());
};

/**
 * Records that a read model does without an event, from now on and in every rebuild.
 * @returns whether that was recorded now, rather than before
 * @throws Error when the name or the reason is not one that can be recorded
 */
export const recordSkip = async (store: EventStore, request: SkipRequest): Promise<boolean> => {
  const { projection, event, by, reason } = request;
  const { position, type, stream } = event;
  const before = await recordedSkips(store, projection);
  const state = before.reduce(skip.evolve, skip.initial);
  const asked = { projection, position: String(position), type, stream, by, reason };
  // What nobody could read afterwards would stop the projection for ever.
  if (!EventSkipped.is(asked))
    throw new Error(`expected ${JSON.stringify(asked)} to be an EventSkipped: nothing was skipped`);
  const decision = skip.decide({ type: 'SkipEvent', skip: asked }, state);
  if (E.isLeft(decision)) throw new Error(decision.left.reason);
  if (O.isNone(decision.right)) return false;
  const id = randomUUID();
  const skipped = { ...decision.right.value, id, metadata: metadataOf(request, id) };
  const result = await append(store, skipStream(projection), before.length - 1, [skipped]);
  // Somebody else has skipped something meanwhile.
  return E.isRight(result) || recordSkip(store, request);
};
