import {
  eventTypeFilter,
  excludeSystemEvents,
  streamNameFilter,
  type Filter,
  type Position,
} from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { allOf, anEvent, events, mark, newName, newWord } from './events.ts';
import { record } from './recording.ts';
import { itOnEmbedded, useServer } from './server.ts';
import { eventually } from './waiting.ts';

const server = useServer();

/** What a filtered subscription from before them gives of events with these types, in streams with these names. */
const passing = async (filter: Filter, written: readonly (readonly [stream: string, type: string])[]) => {
  const position = await mark(server.client);
  const [historic, live] = [written.slice(0, written.length / 2), written.slice(written.length / 2)];
  for (const [stream, type] of historic) await server.client.appendToStream(stream, anEvent(type));
  const recording = record(server.client.subscribeToAll({ fromPosition: position, filter }));
  await recording.has('caughtUp');
  for (const [stream, type] of live) await server.client.appendToStream(stream, anEvent(type));
  const [lastStream] = written.at(-1) ?? [];
  await recording.some('the last event, which passes', ({ event }) => event?.streamId === lastStream);
  return recording.events.map(({ event }) => [event?.streamId, event?.type]);
};

describe('a subscription filtered', () => {
  it('by prefixes of the type gives all types that begin with one of them', async () => {
    const word = newWord();
    const [paid, paidTwice, cancelled, other] = [`${word}Paid`, `${word}PaidTwice`, `${word}Cancelled`, `${word}Other`];
    const rows = [paid, other, cancelled, paidTwice, other, paid].map((type) => [newName('s'), type] as const);
    const filter = eventTypeFilter({ prefixes: [paid, cancelled] });
    expect(await passing(filter, rows)).toEqual(rows.filter(([, type]) => type !== other));
  });

  it('by an anchored regex of the type gives exactly that type', async () => {
    const word = newWord();
    const rows = [`${word}Paid`, `${word}PaidTwice`, `Un${word}Paid`, `${word}Paid`].map(
      (type) => [newName('s'), type] as const,
    );
    const filter = eventTypeFilter({ regex: `^${word}Paid$` });
    expect(await passing(filter, rows)).toEqual(rows.filter(([, type]) => type === `${word}Paid`));
  });

  it('by a regex of alternatives gives each of them', async () => {
    const word = newWord();
    const rows = ['A', 'B', 'C', 'A'].map((end) => [newName('s'), `${word}${end}`] as const);
    const filter = eventTypeFilter({ regex: `^(?:${word}A|${word}B)$` });
    expect(await passing(filter, rows)).toEqual(rows.filter(([, type]) => !type.endsWith('C')));
  });

  it('by prefixes of the stream name gives the streams that begin with one of them', async () => {
    const word = newWord();
    const rows = [`${word}order-1`, `${word}wallet-1`, `x${word}order-1`, `${word}order-2`].map(
      (name) => [name, 'Tested'] as const,
    );
    const filter = streamNameFilter({ prefixes: [`${word}order-`] });
    expect(await passing(filter, rows)).toEqual([rows[0], rows[3]]);
  });

  it('by a regex of the stream name gives the streams that match', async () => {
    const word = newWord();
    const rows = [`${word}-1`, `${word}-x`, `${word}-22`, `${word}-333`].map((name) => [name, 'Tested'] as const);
    const filter = streamNameFilter({ regex: `^${word}-\\d+$` });
    expect(await passing(filter, rows)).toEqual([rows[0], rows[2], rows[3]]);
  });

  it('by a regex with escaped punctuation takes it as it stands', async () => {
    const word = newWord();
    const rows = [`${word}-1`, `${word}.1`, `${word}/1`, `${word}-2`].map((name) => [name, 'Tested'] as const);
    const filter = streamNameFilter({ regex: `^${word}\\-\\d+$` });
    expect(await passing(filter, rows)).toEqual([rows[0], rows[3]]);
  });

  it('to leave out system events gives no metadata', async () => {
    const name = newName('s');
    const { position } = await server.client.appendToStream(name, anEvent());
    const recording = record(server.client.subscribeToAll({ fromPosition: position, filter: excludeSystemEvents() }));
    await recording.has('caughtUp');
    await server.client.setStreamMetadata(name, { owner: 'tests' });
    const last = anEvent();
    await server.client.appendToStream(name, last);
    await recording.some('the event behind the metadata', ({ event }) => event?.id === last.id);
    expect(recording.events.filter(({ event }) => event?.type.startsWith('$'))).toEqual([]);
  });
});

describe('the checkpoints of a filtered subscription', () => {
  const window = 10;
  const multiplier = 2;
  const interval = window * multiplier;

  /** The checkpoints of a subscription that nothing passes, over `count` events appended before it and as many while it is live. */
  const checkpointsOver = async (count: number) => {
    const from = await mark(server.client);
    await server.client.appendToStream(newName('s'), events(count));
    const checkpoints: Position[] = [];
    const filter = eventTypeFilter({
      regex: `^${newWord()}$`,
      maxSearchWindow: window,
      checkpointInterval: multiplier,
      checkpointReached: (_, position) => {
        checkpoints.push(position);
      },
    });
    const recording = record(server.client.subscribeToAll({ fromPosition: from, filter }));
    await recording.has('caughtUp');
    await server.client.appendToStream(newName('s'), events(count));
    const expected = Math.floor((2 * count) / interval);
    await eventually(
      () => Promise.resolve(checkpoints.length),
      `${expected} checkpoints`,
      (found) => found >= expected,
    );
    expect(recording.events).toEqual([]);
    return { from, checkpoints };
  };

  it('come after every window times multiplier considered events, in history and live', async () => {
    const { from, checkpoints } = await checkpointsOver(100);
    const considered = (await allOf(server.client.readAll({ fromPosition: from }))).length - 1;
    expect(checkpoints.length).toBeLessThanOrEqual(Math.ceil(considered / interval));
  });

  it('rise, and stay behind the start and not beyond what was considered', async () => {
    const { from, checkpoints } = await checkpointsOver(60);
    const positions = checkpoints.map(({ commit }) => commit);
    expect(positions).toEqual([...positions].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(positions).size).toBe(positions.length);
    const [last] = await allOf(server.client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 1 }));
    expect(positions[0]).toBeGreaterThan(from.commit);
    expect(positions.at(-1)).toBeLessThanOrEqual(last?.commitPosition ?? 0n);
  });

  itOnEmbedded('[derived] 23.10.8 can lose one event here')('lose nothing to one who resumes from them', async () => {
    const { checkpoints } = await checkpointsOver(60);
    for (const fromPosition of checkpoints) {
      const later = (await allOf(server.client.readAll({ fromPosition }))).filter(
        ({ commitPosition }) => commitPosition !== undefined && commitPosition > fromPosition.commit,
      );
      const resumed = await record(server.client.subscribeToAll({ fromPosition })).first(later.length);
      expect(resumed.map(({ event }) => event?.id)).toEqual(later.map(({ event }) => event?.id));
    }
  });
});
