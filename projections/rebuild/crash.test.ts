import { spawn, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { teapotsRequested } from '../../domain/orderRequest/examples.ts';
import { bundle } from '../../tests/fixtures/bundle.ts';
import { exitCodeOf } from '../../tests/fixtures/program.ts';
import { happen } from '../../tests/fixtures/readSide.ts';
import { givenReadSides } from '../../tests/fixtures/readSides.ts';
import { until } from '../../tests/fixtures/until.ts';
import { orders } from '../readModels/orders.ts';

const given = givenReadSides();
let script: string;
let last: bigint;
beforeAll(async () => {
  script = await bundle(join(import.meta.dirname, '../../tests/fixtures/rebuildProcess.ts'));
  const { store } = given.events;
  const events = Array.from({ length: 300 }, () => happen(store, teapotsRequested));
  last = (await Promise.all(events)).reduce((a, b) => (a > b ? a : b));
});
afterAll(() => rm(dirname(script), { recursive: true }));

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A rebuild in a process of its own, an event at a time, and the lines it has printed. */
const rebuildElsewhere = () => {
  const child = spawn(process.execPath, [script, given.events.url, given.side.databaseUrl, 'orders'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  const exited = exitCodeOf(child);
  return { child, lines, exited, isUnderWay: () => until('it fills the slot', () => lines.length >= 10) };
};

/** Where a rebuild stood when it first told. */
const firstPosition = (lines: ReadonlyArray<string>): bigint =>
  BigInt(/"phase":"filling".*?"position":"(-?\d+)"/.exec(lines.join('\n'))?.[1] ?? -1);

const filled = async (): Promise<ReadonlyArray<unknown>> => {
  const service = await given.side.start();
  await given.side.isAt(orders, last);
  await service.stop();
  return given.side.rowsOf(orders, 'orders_1');
};

describe('a rebuild whose process', () => {
  it('is killed leaves the live slot alone, and the next run goes on where it stood', async () => {
    const rows = await filled();
    const { child, exited, isUnderWay } = rebuildElsewhere();
    await isUnderWay();
    child.kill('SIGKILL');
    await exited;
    expect(await given.side.rowsOf(orders, 'orders_1')).toEqual(rows);
    expect(await given.side.slots(orders)).toMatchObject({ live: { name: 'orders_1' }, next: { name: 'orders_2' } });
    const reached = (await given.side.positionOf('orders_2')) ?? -1n;
    expect(reached).toBeGreaterThan(-1n);
    expect(reached).toBeLessThan(last);

    // By the same program: the text of its mapping is the same.
    const next = rebuildElsewhere();
    expect(await next.exited).toBe(0);
    expect(firstPosition(next.lines)).toBeGreaterThan(reached);
    expect(next.lines.at(-1)).toMatch(/^{"slot":"orders_2","swapped":true,.*"equal":true/);
    expect(await given.side.rowsOf(orders, 'orders_2')).toEqual(rows);
  });

  it('is frozen is replaced by another run, and changes nothing when it wakes', async () => {
    const rows = await filled();
    const { child, lines, exited, isUnderWay } = rebuildElsewhere();
    await isUnderWay();
    child.kill('SIGSTOP');
    const other = rebuildElsewhere();
    expect(await other.exited).toBe(0);
    expect(other.lines.at(-1)).toMatch(/^{"slot":"orders_2","swapped":true,.*"equal":true/);
    child.kill('SIGCONT');
    expect(await exited).toBe(0);
    expect(lines.at(-1)).toBe(JSON.stringify({ slot: 'orders_2', swapped: true, leftOver: [] }));
    expect(await given.side.rowsOf(orders, 'orders_2')).toEqual(rows);
    expect(await given.side.slots(orders)).toMatchObject({
      live: { name: 'orders_2' },
      previous: { name: 'orders_1' },
    });
  });
});
