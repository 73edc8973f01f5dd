import { createLogUpdate } from 'log-update';
import type { DestinationStream } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Progress } from '../../projections/rebuild/progress.ts';
import { canDraw } from '../bar.ts';
import { destination, readable } from '../log.ts';
import { progressBar, progressText } from './progressText.ts';

/** Shows how projections come along. */
export interface Display {
  readonly show: (name: string, progress: Progress) => void;
  /** Where the log goes meanwhile. */
  readonly logTo: DestinationStream;
  readonly end: () => void;
}

type Out = Pick<NodeJS.WriteStream, 'write'>;

const widthOf = (names: ReadonlyArray<string>): number => Math.max(...names.map(({ length }) => length));

/**
 * Lines for those who read later: whenever a phase begins, and about one a second while slots are filled.
 * @param now a monotonic clock, in milliseconds
 */
export const createLines = (
  out: Out,
  names: ReadonlyArray<string>,
  now: () => number = () => performance.now(),
): Display['show'] => {
  const interval = 1_000 * names.length;
  const shown = new Map<string, { readonly phase: string; readonly at: number }>();
  return (name, progress) => {
    const last = shown.get(name);
    const isNew = last?.phase !== progress.phase;
    if (!isNew && (progress.phase !== 'filling' || now() - last.at < interval)) return;
    shown.set(name, { phase: progress.phase, at: now() });
    out.write(`${name.padEnd(widthOf(names))}  ${progressText(progress)}\n`);
  };
};

/** Milliseconds between two drawings. */
const drawEvery = 100;

/** A bar a projection, drawn over and over; log lines are put above them. */
const createBars = (out: NodeJS.WriteStream, names: ReadonlyArray<string>): Display => {
  const draw = createLogUpdate(out);
  const pretty = prettyFactory({ ...readable, colorize: out.hasColors() });
  const latest = new Map<string, Progress>();
  const line = (name: string): ReadonlyArray<string> => {
    const progress = latest.get(name);
    return progress === undefined ? [] : [`${name.padEnd(widthOf(names))}  ${progressBar(progress)}`];
  };
  const drawing = setInterval(() => latest.size > 0 && draw(names.flatMap(line).join('\n')), drawEvery);
  return {
    show: (name, progress) => void latest.set(name, progress),
    logTo: { write: (logged) => draw.persist(pretty(logged).trimEnd()) },
    end: () => {
      clearInterval(drawing);
      draw.clear();
      draw.done();
    },
  };
};

/** On a terminal bars, otherwise lines. */
export const createDisplay = async (out: NodeJS.WriteStream, names: ReadonlyArray<string>): Promise<Display> =>
  canDraw(out)
    ? createBars(out, names)
    : { show: createLines(out, names), logTo: await destination(2), end: () => undefined };
