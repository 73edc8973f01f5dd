import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hundredEuros } from '../domain/deposit/examples.ts';
import { recorded } from '../domain/examples.ts';
import type { RecordedEvent } from '../domain/events.ts';
import { anyEvent, exampleId } from '../tests/fixtures/anyEvent.ts';
import { newDatabase } from '../tests/fixtures/database.ts';
import { fillLive, inLog, openTestDatabase } from '../tests/fixtures/slot.ts';
import { apply, type Filling } from './apply.ts';
import type { Database } from './database.ts';
import { registry } from './registry.ts';

let database: Database;
beforeAll(async () => {
  database = openTestDatabase(await newDatabase());
});
afterAll(async () => {
  await database.close();
});

/** Any events in any order: more than the product would ever write. */
const anyHistory: fc.Arbitrary<ReadonlyArray<RecordedEvent>> = fc
  .array(anyEvent, { minLength: 1, maxLength: 20 })
  .map((events) =>
    events.map((happened, n) =>
      recorded(n, happened, {
        id: exampleId(1_000 + n),
        stream: 'stream',
        revision: n,
        correlationId: hundredEuros.depositId,
      }),
    ),
  );

/** Sizes of batches, used in turn until the history is at its end. */
const cuts = fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 5 });

const applyIn = async (filling: Filling, history: ReadonlyArray<RecordedEvent>, sizes: ReadonlyArray<number>) => {
  let position = -1n;
  for (let start = 0, n = 0; start < history.length; n += 1) {
    const end = start + (sizes[n % sizes.length] ?? 1);
    position = await apply(filling, position, history.slice(start, end).map(inLog));
    start = end;
  }
};

/** Puts the checkpoint back to the start, as no runner ever would. */
const rewind = () => database.query('UPDATE projections.slots SET position = -1');

describe.each(registry.map((projection) => ({ name: projection.name, projection })))('$name', ({ projection }) => {
  const places = projection.tables.map(({ name }) => `${projection.name}_1.${name}`);
  const empty = async (): Promise<void> => {
    await database.query(`TRUNCATE ${places.join(', ')}`);
    await rewind();
  };
  const rows = () =>
    Promise.all(places.map((place) => database.query(`SELECT to_jsonb(t) AS row FROM ${place} AS t ORDER BY t`)));

  it('comes out the same however the log is cut into batches, and when all of it comes again', async () => {
    const { filling } = await fillLive(database, projection);
    const property = fc.asyncProperty(anyHistory, cuts, cuts, async (history, some, others) => {
      await empty();
      await applyIn(filling, history, [1]);
      const expected = await rows();
      await empty();
      await applyIn(filling, history, some);
      expect(await rows()).toEqual(expected);
      await rewind();
      await applyIn(filling, history, others);
      expect(await rows()).toEqual(expected);
    });
    await fc.assert(property, { numRuns: 40 });
  });
});
