import type { RouterContext } from '@koa/router';
import * as E from 'fp-ts/lib/Either.js';
import { randomUUID } from 'node:crypto';
import { problemTypes } from '../../api/problems.ts';
import type { DomainEvent } from '../../domain/events.ts';
import { requestedBy } from '../../eventstore/causation.ts';
import type { NewEvent } from '../../eventstore/codec.ts';
import { Unavailable } from '../../eventstore/faults.ts';
import type { Changes } from '../../projections/changes.ts';
import type { Shown } from '../../projections/liveQuery.ts';
import type { Answer } from '../http/answer.ts';
import { readJson } from '../http/body.ts';
import { OutcomeUnknown } from '../http/outcomeUnknown.ts';
import { problem } from '../http/problem.ts';
import type { Role } from './caller.ts';
import { idempotencyKeyOf, idFor } from './idempotencyKey.ts';
import type { Means } from './means.ts';
import { actorIn, traceFrom } from './origin.ts';
import { aside } from './patience.ts';
import { preferenceApplied, preferredWait } from './prefer.ts';
import { record, type Recorded } from './record.ts';
import { callerOf } from './token.ts';

/** What a POST asks for: an order or a deposit. */
export interface Placement<Input> {
  /** What it is; `{kind}Id` names its id, and it is shown at `/{kind}s/{id}`. */
  readonly kind: 'order' | 'deposit';
  /** In which role the caller asks. */
  readonly role: Role;
  /** What the body asks for, or the problem with it. */
  readonly inputOf: (context: RouterContext, body: unknown) => E.Either<Answer, Input>;
  readonly eventOf: (id: string, input: Input) => DomainEvent;
  readonly streamOf: (id: string) => string;
  /** What it was settled as, or undefined when `signal` aborts first. */
  readonly settled: (changes: Changes, id: string, signal: AbortSignal) => Promise<Shown<object> | undefined>;
}

const newEvent = (event: DomainEvent, id: string, role: Role, context: RouterContext): NewEvent => {
  // Random for each attempt: with a derived one, the store would take another body under the same key for a repetition.
  const eventId = randomUUID();
  const metadata = requestedBy(actorIn(role, context), event.type, eventId, id, traceFrom(context));
  return { ...event, id: eventId, metadata };
};

type Texts = Readonly<Record<string, string>>;

const reused = (location: string, about: Texts): Answer =>
  problem(
    problemTypes.idempotencyKeyReused,
    `This Idempotency-Key came with another body before: look at ${location}, or take a new key for a new request`,
    { headers: { Location: location }, about },
  );

const answerOf = ({ position }: Recorded, settled: Shown<object> | undefined, about: Texts): Answer =>
  settled === undefined
    ? {
        status: 202,
        headers: { 'Log-Position': String(position) },
        body: { ...about, status: 'Requested', position: String(position) },
      }
    : { status: 200, headers: { 'Log-Position': String(settled.position) }, body: settled.found };

/** Takes what a POST asks for by recording it, once for each Idempotency-Key, and waits for its outcome if asked to. */
export const placing =
  <Input>({ kind, role, inputOf, eventOf, streamOf, settled }: Placement<Input>) =>
  ({ eventStore, changes, waits, patience }: Pick<Means, 'eventStore' | 'changes' | 'waits' | 'patience'>) =>
  async (context: RouterContext): Promise<Answer> => {
    const key = idempotencyKeyOf(context);
    if (E.isLeft(key)) return key.left;
    const input = E.chain((body) => inputOf(context, body))(await readJson(context));
    if (E.isLeft(input)) return input.left;

    const id = idFor(kind, callerOf(context).userId, key.right);
    const location = `/${kind}s/${id}`;
    const about = { [`${kind}Id`]: id };
    const wait = preferredWait(context);
    // Before it is recorded, so that its outcome cannot come unnoticed.
    const outcome = wait === undefined ? undefined : settled(changes, id, patience(context, wait));

    const event = newEvent(eventOf(id, input.right), id, role, context);
    const recorded = await record(eventStore, streamOf(id), event).catch((error: unknown) => {
      throw error instanceof Unavailable ? new OutcomeUnknown(location, about, key.right !== undefined, error) : error;
    });
    if (E.isLeft(recorded)) return reused(location, about);
    const answer = answerOf(recorded.right, outcome && (await aside(context, waits, outcome)), about);
    const replayed = recorded.right.isReplay && { 'Idempotency-Replayed': 'true' };
    return {
      ...answer,
      headers: { Location: location, ...answer.headers, ...replayed, ...preferenceApplied(wait) },
      about,
    };
  };
