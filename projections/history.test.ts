import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as t from 'io-ts';
import { newDatabase } from '../tests/fixtures/database.ts';
import { log } from '../tests/fixtures/logger.ts';
import { granted } from '../tests/fixtures/granted.ts';
import { createImaginedLog } from '../tests/fixtures/imaginedLog.ts';
import { fillWith, openTestDatabase } from '../tests/fixtures/slot.ts';
import type { Database, Query } from './database.ts';
import { openHistories } from './history.ts';
import { createLiveQuery, type LiveQuery } from './liveQuery.ts';
import { timelineQueries, timelines } from './readModels/timelines.ts';

interface Node {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: ReadonlyArray<Node>;
}

const Node: t.Type<Node> = t.recursion('Node', () =>
  t.intersection([
    t.type({ 'Actual Rows': t.number, 'Actual Loops': t.number }),
    t.partial({
      'Rows Removed by Filter': t.number,
      'Rows Removed by Index Recheck': t.number,
      Plans: t.readonlyArray(Node),
    }),
  ]),
);
const Explained = t.type({ 'QUERY PLAN': t.readonlyArray(t.type({ Plan: Node })) });

/** The most rows that any step of a plan looked at, whether it kept them or not. */
const mostRows = (node: Node): number => {
  const { 'Actual Rows': kept, 'Actual Loops': loops, Plans = [] } = node;
  const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  return Math.max((kept + removed) * loops, ...Plans.map(mostRows));
};

/** Of each letter that is found, all events of its order are looked at. */
const page = 50;
const ordersOfAlice = 400;

describe('a page of what happened to all orders of a user', () => {
  let database: Database;
  let histories: Database;
  let examined: number[];
  let query: LiveQuery;
  const imagined = createImaginedLog();
  const orders = (count: number, userId: string) =>
    Array.from({ length: count }, () => randomUUID()).flatMap((orderId) =>
      (['requested', 'pending', 'charged', 'paid', 'letter'] as const).map((step) =>
        imagined.ofOrder(step, orderId, userId),
      ),
    );

  beforeAll(async () => {
    const databaseUrl = await newDatabase();
    database = openTestDatabase(databaseUrl);
    histories = openHistories({ databaseUrl, log, statementTimeout: 5_000 });
    await fillWith(database, [timelines], [...orders(ordersOfAlice, 'alice'), ...orders(ordersOfAlice, 'bob')]);
    // Each statement is run once more, to be explained.
    const explaining: Query = async (text, values) => {
      const [plan] = await histories.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
      if (text.includes('LIMIT'))
        examined.push(...granted(Explained.decode(plan))['QUERY PLAN'].map(({ Plan }) => mostRows(Plan)));
      return histories.query(text, values);
    };
    query = createLiveQuery({ ...histories, query: explaining });
  }, 60_000);
  afterAll(async () => {
    await histories.close();
    await database.close();
  });

  const read = async (userId: string): Promise<number> => {
    examined = [];
    const { eventsOf } = timelineQueries(query);
    let seen = 0;
    for (let after = -1n; ;) {
      const { found } = await eventsOf({ kind: 'user', userId }, after, page);
      seen += found.length;
      const last = found.at(-1);
      if (last === undefined) return seen;
      after = last.position;
    }
  };

  it.each(['statistics that were never made', 'statistics that are right'])(
    'looks at so many rows only as it has, however long the history is, with %s',
    async (statistics) => {
      const [slot] = await database.query<{ slot: string }>('SELECT slot FROM projections.live');
      if (statistics.includes('right')) await database.query(`ANALYZE ${slot?.slot}.events, ${slot?.slot}.owners`);
      for (const userId of ['alice', 'bob']) {
        expect(await read(userId)).toBe(5 * ordersOfAlice);
        expect(Math.max(...examined)).toBeLessThanOrEqual(5 * page);
      }
    },
    60_000,
  );
});
