import { ANY, jsonEvent } from '@eventstore/db-client';
import type { TopicName } from '../domain/topics.ts';
import type { EventStore } from './connection.ts';
import { withTimeout } from './timeout.ts';

/** Milliseconds until the note counts as unanswered. */
const timeout = 3_000;

/**
 * Notes in the log that this process begins to handle a message that may be what ends it, and answers how many processes
 * have begun it by now, this one included. The server's retry count cannot tell: it also grows when a process that is
 * well lets go of what it holds, and it starts again when the server does.
 */
export const noteTrial = (store: EventStore, topic: TopicName, eventId: string): Promise<number> =>
  store.run(async (client) => {
    const note = jsonEvent({ type: 'TrialBegun', data: { topic, eventId } });
    const stream = `trial-${topic}.${eventId}`;
    const appending = client.appendToStream(stream, note, { expectedRevision: ANY, deadline: timeout });
    const { nextExpectedRevision } = await withTimeout(appending, timeout, `append to ${stream}`);
    return Number(nextExpectedRevision) + 1;
  });
