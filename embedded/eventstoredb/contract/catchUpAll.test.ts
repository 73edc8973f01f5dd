import type { SubscribeToAllOptions } from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { appendOne, events, mark, newName } from './events.ts';
import { record } from './recording.ts';
import { useServer } from './server.ts';

const server = useServer();

/** Subscribes and says which ids have come, in order. */
const subscribed = (options: SubscribeToAllOptions) => {
  const recording = record(server.client.subscribeToAll(options));
  const seen = () => recording.events.map(({ event }) => event?.id);
  return {
    ...recording,
    seen,
    sees: (id: string) => recording.some(`event ${id}`, ({ event }) => event?.id === id),
  };
};

describe('a subscription to $all', () => {
  it('begins behind the given position', async () => {
    const [a, b] = [await appendOne(server.client), await appendOne(server.client)];
    const recording = subscribed({ fromPosition: a.position });
    await recording.sees(b.id);
    expect(recording.seen()).not.toContain(a.id);
  });

  it('gives history, then live events, each once and in order', async () => {
    const position = await mark(server.client);
    const written = events(500);
    for (let from = 0; from < 250; from += 50) {
      await server.client.appendToStream(newName('all'), written.slice(from, from + 50));
    }
    const recording = subscribed({ fromPosition: position });
    await recording.has('confirmation');
    for (let from = 250; from < 500; from += 50) {
      await server.client.appendToStream(newName('all'), written.slice(from, from + 50));
    }
    await recording.sees(written[499]?.id ?? '');
    const ours = new Set(written.map(({ id }) => id));
    expect(recording.seen().filter((id) => id !== undefined && ours.has(id))).toEqual(written.map(({ id }) => id));
  });

  it('gives live events only from the end', async () => {
    const before = await appendOne(server.client);
    const recording = subscribed({ fromPosition: 'end' });
    await recording.has('caughtUp');
    const after = await appendOne(server.client);
    await recording.sees(after.id);
    expect(recording.seen()).not.toContain(before.id);
  });

  it('gives everything from the start', async () => {
    const { id } = await appendOne(server.client);
    await subscribed({}).sees(id);
  });

  it('gives the events of the system too', async () => {
    const position = await mark(server.client);
    const recording = subscribed({ fromPosition: position });
    await recording.has('caughtUp');
    const name = newName('all');
    await server.client.setStreamMetadata(name, { owner: 'tests' });
    const found = await recording.some('the metadata event', ({ event }) => event?.streamId === `$$${name}`);
    expect(found.event?.type).toBe('$metadata');
  });

  it('gives events with their positions, in rising order', async () => {
    const position = await mark(server.client);
    const recording = subscribed({ fromPosition: position });
    await Promise.all(Array.from({ length: 50 }, () => appendOne(server.client)));
    await recording.first(50);
    const positions = recording.events.map(({ event }) => event?.position.commit ?? -1n);
    expect(positions).toEqual([...positions].sort((a, b) => (a < b ? -1 : 1)));
    expect(positions[0]).toBeGreaterThan(position.commit);
  });
});
