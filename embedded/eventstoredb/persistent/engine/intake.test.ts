import { describe, expect, it } from '@jest/globals';
import { createIntake } from './intake.ts';
import type { SourcePage } from './intake.ts';
import { message } from './testing.ts';

const settings = { historyBufferSize: 4, liveBufferSize: 3, readBatchSize: 2 };

const page = (revisions: readonly number[], end: boolean): SourcePage => {
  const last = revisions.at(-1);
  return {
    messages: revisions.map((revision) => message(revision)),
    considered: revisions.length,
    last: last === undefined ? undefined : BigInt(last),
    next: BigInt((last ?? -1) + 1),
    end,
  };
};

const arrival = (revision: number) => ({ place: BigInt(revision), message: message(revision) });

describe('what comes in', () => {
  it('is read in pages until the end, then taken live', () => {
    const intake = createIntake(settings, 0n);
    expect(intake.takeLive(arrival(1))).toBe(false);
    expect(intake.wantedPage(0)).toBe(0n);
    intake.takePage(page([0, 1], true));
    expect([intake.isLive(), intake.wantedPage(0)]).toEqual([true, undefined]);
    expect(intake.takeLive(arrival(2))).toBe(true);
    expect(intake.buffered()).toBe(3);
  });

  it('is not read as long as a batch might not fit, with what is being retried', () => {
    const intake = createIntake(settings, 0n);
    expect(intake.wantedPage(1)).toBe(0n);
    expect(intake.wantedPage(2)).toBeUndefined();
  });

  it('falls behind at the first live event that does not fit, and is read from there again', () => {
    const intake = createIntake(settings, 'end');
    expect([0, 1, 2, 3, 4, 5].map((revision) => intake.takeLive(arrival(revision)))).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(intake.isLive()).toBe(false);
    intake.offer(() => 'sent');
    expect(intake.wantedPage(0)).toBe(4n);
  });

  it('counts live events as the real server does: the last ones, delivered or not, until it catches up', () => {
    const intake = createIntake(settings, 'end');
    [0, 1].forEach((revision) => intake.takeLive(arrival(revision)));
    intake.offer(() => 'sent');
    expect(intake.liveCount()).toBe(2);
    [2, 3, 4, 5, 6].forEach((revision) => intake.takeLive(arrival(revision)));
    expect(intake.liveCount()).toBe(3);
    intake.takePage(page([6], true));
    expect(intake.liveCount()).toBe(0);
  });

  it('knows the highest place it has seen, buffered or not', () => {
    const intake = createIntake(settings, 0n);
    expect(intake.lastKnown()).toBeUndefined();
    intake.takePage(page([0, 1], false));
    intake.takeLive(arrival(9));
    intake.takePage(page([2], false));
    expect(intake.lastKnown()).toBe(9n);
  });
});
