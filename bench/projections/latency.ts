import { setTimeout as pause } from 'node:timers/promises';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import type { Changes } from '../../projections/changes.ts';
import { imagine } from './imagined.ts';

/**
 * Appends events at a steady rate, and measures for some how long after its append was acknowledged each is shown.
 * @param perSecond events a second
 * @param seconds how long; the first quarter is not measured
 * @returns milliseconds
 */
export const latencies = async (
  url: string,
  changes: Changes,
  projection: string,
  perSecond: number,
  seconds: number,
): Promise<ReadonlyArray<number>> => {
  const client = EventStoreDBClient.connectionString(url);
  const never = new AbortController().signal;
  const imagined = imagine();
  const append = async (): Promise<bigint> => {
    const { id, type, stream, data, metadata } = imagined.next().value;
    const { position } = await client.appendToStream(stream, jsonEvent({ id, type, data, metadata }));
    return position?.commit ?? -1n;
  };
  const measure = async (): Promise<number> => {
    const position = await append();
    const since = performance.now();
    await changes.reached(projection, position, never);
    return performance.now() - since;
  };
  const count = perSecond * seconds;
  const since = performance.now();
  const [measured, others]: [Promise<number>[], Promise<bigint>[]] = [[], []];
  for (let n = 0; n < count; n++) {
    const ahead = (n * 1_000) / perSecond - (performance.now() - since);
    if (ahead > 1) await pause(ahead);
    if (n > count / 4 && n % Math.ceil(perSecond / 20) === 0) measured.push(measure());
    else others.push(append());
  }
  await Promise.all(others);
  const found = await Promise.all(measured);
  await client.dispose();
  return found;
};
