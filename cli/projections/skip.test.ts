import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { skipStream } from '../../domain/streams.ts';
import { readForwards } from '../../eventstore/read.ts';
import { orders } from '../../projections/readModels/orders.ts';
import { write } from '../../tests/fixtures/eventStore.ts';
import { runProgram, type Ran } from '../../tests/fixtures/program.ts';
import { anOrder, request, startReadSide } from '../../tests/fixtures/readSide.ts';

let side: Awaited<ReturnType<typeof startReadSide>>;
beforeAll(async () => {
  side = await startReadSide();
});
afterAll(() => side.close());

const projections = (...args: ReadonlyArray<string>): Promise<Ran> =>
  runProgram(['projections', ...args], {
    env: { ...process.env, EVENTSTORE_URL: side.events.url, DATABASE_URL: side.databaseUrl, LOG_LEVEL: 'error' },
  });

/** An event of newer code, behind which the live slot stands as if that code had filled it; answers with its position. */
const unreadable = async (): Promise<string> => {
  const service = await side.start();
  await side.isAt(orders, await request(side.events.store));
  await service.stop();
  const { position } = await write(side.events.store, anOrder(), { metadata: { version: 2 } });
  const behind = await request(side.events.store);
  await side.database.query(`UPDATE projections.slots SET position = $1 WHERE slot = 'orders_1'`, [String(behind)]);
  return String(position);
};

describe('projections skip', () => {
  it('has a rebuild go on without the event at which it has stopped, on record', async () => {
    const position = await unreadable();
    const stopped = await projections('rebuild', 'orders');
    expect({ ...stopped, stderr: '' }).toEqual({ exitCode: 1, stdout: '', stderr: '' });
    const why = `orders stopped at OrderCreateRequested in \\S+, position ${position}: .*`;
    expect(stopped.stderr).toMatch(new RegExp(`^orderflow: ${why}\nWhat is live goes on. `, 'm'));
    expect((await projections('list')).stdout).toMatch(new RegExp(` orders_2 +next .* stopped +${why}$`, 'm'));

    const advice = / {2}orderflow projections (skip orders \d+ --reason) /.exec(stopped.stderr)?.[1] ?? '';
    const decide = () => projections(...advice.split(' '), 'a trial of ours', '--by', 'olga');
    const both = await Promise.all([decide(), decide()]);
    const done = `orders: does without the event at position ${position}, now and in every rebuild`;
    expect(both.map(({ stdout }) => stdout).sort()).toEqual([
      `${done} (as was decided before)\n`,
      `${done} (on record)\n`,
    ]);
    expect(await readForwards(side.events.store, skipStream('orders'))).toMatchObject([
      { data: { position, by: 'olga', reason: 'a trial of ours' } },
    ]);
    expect((await projections('rebuild', 'orders')).stdout).toContain('\norders: queries read orders_2 now; ');
  });
});
