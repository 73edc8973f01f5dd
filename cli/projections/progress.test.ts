import { describe, expect, it } from '@jest/globals';
import type { Progress } from '../../projections/rebuild/progress.ts';
import { createLines } from './display.ts';
import { progressBar, progressText } from './progressText.ts';

const filling = (share: number, left?: number): Progress => ({
  phase: 'filling',
  slot: 'orders_2',
  position: 5n,
  target: 9n,
  share,
  rate: 24_310.4,
  left,
});
const comparing: Progress = { phase: 'comparing', slot: 'orders_2', position: 9n };
const standingBy: Progress = { phase: 'standing by', slot: 'orders_2' };
const begunAnew: Progress = { phase: 'begun anew', slot: 'orders_3', left: 'orders_2' };
const waiting: Progress = { phase: 'waiting', why: 'database is away: refused' };

describe('how a slot comes along', () => {
  it('is told with share, rate and the time that is left', () => {
    expect(progressText(filling(0.586, 61_100))).toBe('filling orders_2: 58 % of the log, 24,310 events/s, 1m 2s left');
    expect(progressText(filling(0.999, 3))).toBe('filling orders_2: 99 % of the log, 24,310 events/s, 1s left');
  });

  it('is told without a time while nobody can tell, and when nothing is left', () => {
    expect(progressText(filling(0))).toBe('filling orders_2: 0 % of the log, 24,310 events/s');
    expect(progressText(filling(1, 0))).toBe('filling orders_2: 100 % of the log, 24,310 events/s');
  });

  it('is a bar on a terminal', () => {
    expect(progressBar(filling(0.5, 12_000))).toBe('████████████░░░░░░░░░░░░  50 %  24,310 events/s  12s left');
    expect(progressBar(filling(1))).toBe('████████████████████████ 100 %  24,310 events/s');
  });

  it.each([
    [comparing, 'comparing orders_2 with what is live, at position 9'],
    [standingBy, 'standing by: another instance fills orders_2'],
    [begunAnew, 'begun anew as orders_3: orders_2 was begun by another definition, or was not to be gone on with'],
    [waiting, 'waiting: database is away: refused'],
  ])('is told in words when nothing is filled: %o', (progress, text) => {
    expect(progressText(progress)).toBe(text);
    expect(progressBar(progress)).toBe(text);
  });
});

describe('lines of progress', () => {
  /** What is written when each of these is told at its time, in milliseconds. */
  const linesOf = (names: ReadonlyArray<string>, told: ReadonlyArray<readonly [number, string, Progress]>) => {
    const lines: string[] = [];
    let time = 0;
    const show = createLines({ write: (line: string) => lines.push(line) > 0 }, names, () => time);
    for (const [at, name, progress] of told) {
      time = at;
      show(name, progress);
    }
    return lines.map((line) => line.replace(/: (\d+ %).*/s, ' $1').trimEnd());
  };

  it('come once a second, and whenever a phase begins', () => {
    const told = [
      [0, 'orders', filling(0.1)],
      [999, 'orders', filling(0.2)],
      [1_000, 'orders', filling(0.3)],
      [1_001, 'orders', waiting],
      [9_000, 'orders', waiting],
      [9_001, 'orders', filling(0.4)],
      [9_002, 'orders', comparing],
    ] as const;
    expect(linesOf(['orders'], told)).toEqual([
      'orders  filling orders_2 10 %',
      'orders  filling orders_2 30 %',
      'orders  waiting: database is away: refused',
      'orders  filling orders_2 40 %',
      'orders  comparing orders_2 with what is live, at position 9',
    ]);
  });

  it('come no more often when they are about several', () => {
    const told = [
      [0, 'orders', filling(0.1)],
      [1, 'wallets', filling(0.2)],
      [1_500, 'orders', filling(0.3)],
      [2_000, 'orders', filling(0.4)],
    ] as const;
    expect(linesOf(['orders', 'wallets'], told)).toEqual([
      'orders   filling orders_2 10 %',
      'wallets  filling orders_2 20 %',
      'orders   filling orders_2 40 %',
    ]);
  });
});
