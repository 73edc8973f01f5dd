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

/** What a request asks for has a name before it is recorded. */
interface Named {
  readonly id: string;
  readonly location: string;
  /** The id under the name that answers give it. */
  readonly about: Readonly<Record<string, string>>;
  readonly hasKey: boolean;
}

const nameOf = (kind: Placement<unknown>['kind'], userId: string, key: string | undefined): Named => {
  const id = idFor(kind, userId, key);
  return { id, location: `/${kind}s/${id}`, about: { [`${kind}Id`]: id }, hasKey: key !== undefined };
};

const unknownIfAway =
  ({ location, about, hasKey }: Named) =>
  (error: unknown): never => {
    throw error instanceof Unavailable ? new OutcomeUnknown(location, about, hasKey, error) : error;
  };

const reused = ({ location, about }: Named): Answer =>
  problem(
    problemTypes.idempotencyKeyReused,
    `This Idempotency-Key came with another body before: look at ${location}, or take a new key for a new request`,
    { headers: { Location: location }, about },
  );

const taken = ({ position }: Recorded, { about }: Named): Answer => ({
  status: 202,
  headers: { 'Log-Position': String(position) },
  body: { ...about, status: 'Requested', position: String(position) },
});

const settledAs = ({ position, found }: Shown<object>): Answer => ({
  status: 200,
  headers: { 'Log-Position': String(position) },
  body: found,
});

/** Takes what a POST asks for by recording it, once for each Idempotency-Key, and waits for its outcome if asked to. */
export const placing =
  <Input>({ kind, role, inputOf, eventOf, streamOf, settled }: Placement<Input>) =>
  ({ eventStore, changes, waits, patience }: Pick<Means, 'eventStore' | 'changes' | 'waits' | 'patience'>) =>
  async (context: RouterContext): Promise<Answer> => {
    const key = idempotencyKeyOf(context);
    if (E.isLeft(key)) return key.left;
    const input = E.chain((body) => inputOf(context, body))(await readJson(context));
    if (E.isLeft(input)) return input.left;

    const named = nameOf(kind, callerOf(context).userId, key.right);
    const { id, location, about } = named;
    const wait = preferredWait(context);
    // Before it is recorded, so that its outcome cannot come unnoticed.
    const outcome = wait === undefined ? undefined : settled(changes, id, patience(context, wait));
    const event = newEvent(eventOf(id, input.right), id, role, context);
    const recorded = await record(eventStore, streamOf(id), event).catch(unknownIfAway(named));
    if (E.isLeft(recorded)) return reused(named);

    const shown = outcome && (await aside(context, waits, outcome));
    const answer = shown === undefined ? taken(recorded.right, named) : settledAs(shown);
    const replayed = recorded.right.isReplay && { 'Idempotency-Replayed': 'true' };
    const headers = { Location: location, ...answer.headers, ...replayed, ...preferenceApplied(wait) };
    return { ...answer, headers, about };
  };
