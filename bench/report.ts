import * as t from 'io-ts';
import { startProcess } from './processes.ts';

export const say = (text: string): void => void process.stdout.write(`${text}\n`);

export const whole = (value: number): string => Math.round(value).toLocaleString('en');

/** A ratio, and whether it is one that was aimed at; the benchmark fails if not. */
export const judge = (value: number, isMet: boolean): string => {
  if (!isMet) process.exitCode = 1;
  return `${value.toFixed(2)}${isMet ? '' : ' NOT MET'}`;
};

/** What a process of the benchmark prints. @throws Error when that is something else */
export const measured = async <A>(codec: t.Type<A>, script: string, ...args: ReadonlyArray<string>): Promise<A> => {
  const found: unknown = JSON.parse(await startProcess(script, ...args).line);
  if (codec.is(found)) return found;
  throw new Error(`Expected a measurement of ${script}, found ${JSON.stringify(found)}`);
};

/** How many events of `$all` the bare client reads in a second, and does nothing with, in a process of its own. */
export const readRate = async (url: string, events: number): Promise<number> =>
  events / (await measured(t.type({ seconds: t.number }), 'readProcess', url, String(events))).seconds;
