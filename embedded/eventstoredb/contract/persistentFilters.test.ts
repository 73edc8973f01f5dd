import { eventTypeFilter, streamNameFilter, type Filter } from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { anEvent, mark, newName, newWord } from './events.ts';
import { createAllGroup } from './groups.ts';
import { useServer } from './server.ts';

const server = useServer();

type Row = readonly [stream: string, type: string];

/** What a group with this filter gives of these events, half of them appended while it is live. The last one passes. */
const passing = async (filter: Filter, rows: readonly Row[], expected: number) => {
  const startFrom = await mark(server.client);
  const [historic, live] = [rows.slice(0, rows.length / 2), rows.slice(rows.length / 2)];
  for (const [stream, type] of historic) await server.client.appendToStream(stream, anEvent(type));
  const { subscribe } = await createAllGroup(server.client, { startFrom }, filter);
  const consumer = subscribe({ acking: true });
  await consumer.has('confirmation');
  for (const [stream, type] of live) await server.client.appendToStream(stream, anEvent(type));
  await consumer.first(expected);
  return consumer.events.map(({ event }) => [event?.streamId, event?.type]);
};

describe('a group on $all filtered', () => {
  it('by a prefix of the type gives the types that begin with it, longer ones too', async () => {
    const word = newWord();
    const rows = [`${word}Paid`, `${word}Other`, `${word}PaidTwice`, `${word}Paid`].map((type): Row => [
      newName('s'),
      type,
    ]);
    const filter = eventTypeFilter({ prefixes: [`${word}Paid`] });
    expect(await passing(filter, rows, 3)).toEqual([rows[0], rows[2], rows[3]]);
  });

  it('by an anchored regex of the type gives exactly these types', async () => {
    const word = newWord();
    const types = [`${word}Paid`, `${word}PaidTwice`, `Un${word}Paid`, `${word}Cancelled`];
    const rows = types.map((type): Row => [newName('s'), type]);
    const filter = eventTypeFilter({ regex: `^(?:${word}Paid|${word}Cancelled)$` });
    expect(await passing(filter, rows, 2)).toEqual([rows[0], rows[3]]);
  });

  it('by prefixes of the stream name gives the streams that begin with one of them', async () => {
    const word = newWord();
    const names = [`${word}order-1`, `${word}wallet-1`, `x${word}order-1`, `${word}deposit-2`];
    const rows = names.map((name): Row => [name, 'Tested']);
    const filter = streamNameFilter({ prefixes: [`${word}order-`, `${word}deposit-`] });
    expect(await passing(filter, rows, 2)).toEqual([rows[0], rows[3]]);
  });

  it('by a regex of the stream name gives the streams that match', async () => {
    const word = newWord();
    const rows = [`${word}-1`, `${word}-x`, `x${word}-2`, `${word}-333`].map((name): Row => [name, 'Tested']);
    const filter = streamNameFilter({ regex: `^${word}-\\d+$` });
    expect(await passing(filter, rows, 2)).toEqual([rows[0], rows[3]]);
  });

  it('by a regex with escaped punctuation takes it as it stands', async () => {
    const word = newWord();
    const rows = [`${word}-1`, `${word}.1`, `${word}/1`, `${word}-2`].map((name): Row => [name, 'Tested']);
    const filter = streamNameFilter({ regex: `^${word}\\-\\d+$` });
    expect(await passing(filter, rows, 2)).toEqual([rows[0], rows[3]]);
  });

  it('keeps its filter when it is updated', async () => {
    const word = newWord();
    const startFrom = await mark(server.client);
    const { subscribe, update } = await createAllGroup(
      server.client,
      { startFrom },
      eventTypeFilter({ regex: `^${word}$` }),
    );
    await update({ messageTimeout: 20_000 });
    for (const type of [`${word}Not`, word, `Not${word}`, word]) {
      await server.client.appendToStream(newName('s'), anEvent(type));
    }
    const found = await subscribe({ acking: true }).first(2);
    expect(found.map(({ event }) => event?.type)).toEqual([word, word]);
  });
});
