import type { RouterContext } from '@koa/router';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { randomUUID } from 'node:crypto';
import type { Decider } from '../../domain/decider.ts';
import type { DomainEvent } from '../../domain/events.ts';
import type { Actor } from '../../domain/metadata.ts';
import { append, type Appended } from '../../eventstore/append.ts';
import { newTrace, requestedBy } from '../../eventstore/causation.ts';
import type { EventStore } from '../../eventstore/connection.ts';
import { Unavailable } from '../../eventstore/faults.ts';
import { OutcomeUnknown } from '../http/outcomeUnknown.ts';
import type { Role } from './caller.ts';
import { callerOf } from './token.ts';

/** A request that begins a stream of its own. */
export interface Beginning<Command, State, Event> {
  readonly decider: Decider<Command, State, Event>;
  readonly command: Command;
  readonly stream: string;
  /** Id of the order or deposit. */
  readonly correlationId: string;
  /** Path at which it will be shown. */
  readonly location: string;
  /** Its id, under the name that answers give it. */
  readonly about: Readonly<Record<string, string>>;
  readonly actor: Actor;
  /** W3C trace context of the request. */
  readonly trace: string;
}

/** The W3C trace that the request belongs to, or a new one. https://www.w3.org/TR/trace-context/#traceparent-header */
export const traceFrom = (context: RouterContext): string => {
  const parent = context.get('traceparent');
  const isValid = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.test(parent);
  return isValid ? parent : newTrace();
};

/** Who acts, in the role that the route asks for. */
export const actorIn = (role: Role, context: RouterContext): Actor => ({ subject: callerOf(context).userId, role });

/**
 * Appends the first event of a new stream.
 * @throws OutcomeUnknown when the event store gave no answer; the event may or may not stand in the log.
 */
export const record = async <Command, State, Event extends DomainEvent>(
  store: EventStore,
  { decider, command, stream, correlationId, location, about, actor, trace }: Beginning<Command, State, Event>,
): Promise<Appended> => {
  const decision = decider.decide(command, decider.initial);
  if (E.isLeft(decision)) throw new Error(decision.left.reason);
  if (O.isNone(decision.right)) throw new Error(`Expected a first event for ${stream}, found nothing to record`);
  const event = decision.right.value;
  const id = randomUUID();
  const metadata = requestedBy(actor, event.type, id, correlationId, trace);
  const result = await append(store, stream, -1, [{ ...event, id, metadata }]).catch((error: unknown) => {
    throw error instanceof Unavailable ? new OutcomeUnknown(location, about, error) : error;
  });
  if (E.isLeft(result)) throw new Error(`Expected no ${stream} yet, found revision ${result.left.actual}`);
  return result.right;
};
