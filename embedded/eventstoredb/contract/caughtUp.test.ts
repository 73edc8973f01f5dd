import type { AllStreamResolvedEvent, ReadableSubscription, ResolvedEvent } from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { events, newName } from './events.ts';
import { record } from './recording.ts';
import { useServer } from './server.ts';

const server = useServer();

/** Subscribes, appends live events in several rounds and says how often the subscription caught up. */
const timesCaughtUp = async <E extends ResolvedEvent | AllStreamResolvedEvent>(
  subscription: ReadableSubscription<E>,
  stream: string,
) => {
  const recording = record(subscription);
  await recording.has('caughtUp');
  for (let round = 0; round < 5; round++) {
    const { nextExpectedRevision } = await server.client.appendToStream(stream, events(10));
    await recording.some(
      `${stream} at revision ${nextExpectedRevision}`,
      ({ event }) => event?.streamId === stream && event.revision === nextExpectedRevision,
    );
  }
  return recording.signals.filter((signal) => signal === 'caughtUp').length;
};

const aStream = async () => {
  const name = newName('stream');
  const { position } = await server.client.appendToStream(name, events(5));
  return { name, position };
};

describe('a subscription catches up exactly once', () => {
  it.each(['start', 'end', 2n, 4n] as const)('to a stream from %s', async (fromRevision) => {
    const { name } = await aStream();
    expect(await timesCaughtUp(server.client.subscribeToStream(name, { fromRevision }), name)).toBe(1);
  });

  it('to a stream that is missing', async () => {
    const name = newName('stream');
    expect(await timesCaughtUp(server.client.subscribeToStream(name), name)).toBe(1);
  });

  it.each(['start', 'end'] as const)('to $all from %s', async (fromPosition) => {
    const { name } = await aStream();
    expect(await timesCaughtUp(server.client.subscribeToAll({ fromPosition }), name)).toBe(1);
  });

  it('to $all from a position', async () => {
    const { name, position } = await aStream();
    expect(await timesCaughtUp(server.client.subscribeToAll({ fromPosition: position }), name)).toBe(1);
  });
});
