import { createLogUpdate } from 'log-update';
import type { Progress } from '../../audit/verify/verify.ts';
import { bar, canDraw, percent } from '../bar.ts';
import { numeral } from '../words.ts';

/** Shows how a verification comes along. */
export interface VerifyDisplay {
  readonly show: (progress: Progress) => void;
  /** Has something printed above what is drawn. */
  readonly above: (print: () => unknown) => void;
  readonly end: () => void;
}

/** How it comes along, in words. */
export const verifyProgressText = (progress: Progress): string => {
  switch (progress.phase) {
    case 'copying':
      return 'taking a snapshot of the read models';
    case 'reading':
      return `${percent(progress.share)} of the log, ${numeral(progress.events)} events read`;
    case 'waiting':
      return `waiting: ${progress.why}`;
  }
};

const barOf = (progress: Progress): string => {
  const text = verifyProgressText(progress);
  return progress.phase === 'reading' ? `${bar(progress.share)}  ${text}` : text;
};

/** Milliseconds between two lines, or two drawings. */
const every = { line: 1_000, drawing: 100 } as const;

/** Calls `say` with the first of a phase, and then from time to time. */
const nowAndThen = (interval: number, say: (progress: Progress) => void, now: () => number) => {
  let last: { readonly phase: Progress['phase']; readonly at: number } | undefined;
  return (progress: Progress): void => {
    if (last?.phase === progress.phase && now() - last.at < interval) return;
    last = { phase: progress.phase, at: now() };
    say(progress);
  };
};

type Out = Pick<NodeJS.WriteStream, 'write'>;

/** Lines for those who read later, about one a second. @param now a monotonic clock, in milliseconds */
export const createVerifyLines = (out: Out, now: () => number = () => performance.now()): VerifyDisplay => ({
  show: nowAndThen(every.line, (progress) => out.write(`verify  ${verifyProgressText(progress)}\n`), now),
  above: (print) => void print(),
  end: () => undefined,
});

/** On a terminal a bar, drawn over and over; otherwise lines. */
export const createVerifyDisplay = (out: NodeJS.WriteStream): VerifyDisplay => {
  if (!canDraw(out)) return createVerifyLines(out);
  const draw = createLogUpdate(out);
  return {
    show: nowAndThen(
      every.drawing,
      (progress) => draw(barOf(progress)),
      () => performance.now(),
    ),
    above: (print) => {
      draw.clear();
      print();
    },
    end: () => {
      draw.clear();
      draw.done();
    },
  };
};
