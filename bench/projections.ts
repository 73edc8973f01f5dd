import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as t from 'io-ts';
import { pino } from 'pino';
import { startPostgres } from '../embedded/postgres/postgres.ts';
import { connect } from '../eventstore/connection.ts';
import { readHead } from '../eventstore/logHead.ts';
import { createChanges } from '../projections/changes.ts';
import { registry } from '../projections/registry.ts';
import { startProcess } from './processes.ts';
import { latencies } from './projections/latency.ts';
import { judge, measured, readRate, say, whole } from './report.ts';
import { median, quantile } from './statistics.ts';

/**
 * How fast read models are filled, against the bare client that reads `$all` and does nothing with it; whether that stays so
 * as the log grows; and how soon an event's rows are visible. Node, PostgreSQL, reader and rebuilds are processes of their own.
 * `npm run bench:projections [events of the large log] [rounds on the small one]`
 */
const [large, rounds] = [Number(process.argv[2] ?? 500_000), Number(process.argv[3] ?? 5)];
const small = 10_000;
const log = pino({ level: 'error' });
const names = registry.map(({ name }) => name);

const row = (what: string, text: string): void => say(`  ${what.padEnd(24)} ${text}`);

/** A log, and a database whose read models show all of it. */
interface Stage {
  readonly events: number;
  readonly url: string;
  readonly databaseUrl: string;
  readonly stop: () => Promise<void>;
}

const folder = mkdtempSync(join(tmpdir(), 'orderflow-bench-'));
const postgres = await startPostgres({ data: join(folder, 'data') });

const never = new AbortController().signal;

/** Waits until every read model shows the whole log. */
const allShown = async (url: string, databaseUrl: string): Promise<void> => {
  const eventStore = connect({ url, name: 'bench', log });
  const changes = createChanges({ databaseUrl, log });
  const { seen } = await readHead(eventStore, -1n, 10_000);
  await Promise.all(names.map((name) => changes.reached(name, seen, never)));
  await Promise.all([changes.close(), eventStore.close()]);
};

const startStage = async (name: string, events: number): Promise<Stage> => {
  const node = startProcess('nodeProcess', String(events));
  const url = await node.line;
  await postgres.createDatabase(name);
  const databaseUrl = postgres.url(name);
  const service = startProcess('serviceProcess', url, databaseUrl);
  await service.line;
  await allShown(url, databaseUrl);
  await service.stop();
  return { events, url, databaseUrl, stop: node.stop };
};

const Rebuilt = t.type({ seconds: t.array(t.number), memory: t.number });

const read = ({ url, events }: Stage): Promise<number> => readRate(url, events);

interface Rebuilding {
  readonly times?: number;
  /** Where the process practises first: one that has just started is slower whatever it does. */
  readonly practice?: Stage;
}

const rebuild = async (stage: Stage, which: ReadonlyArray<string>, { times = 1, practice }: Rebuilding = {}) => {
  const args = [stage.url, stage.databaseUrl, String(times), which.join()];
  if (practice !== undefined) args.push(practice.url, practice.databaseUrl);
  const { seconds, memory } = await measured(Rebuilt, 'rebuildProcess', ...args);
  return { rate: stage.events / median(seconds), memory };
};

/** Read before and after each, so that a machine that becomes slower meanwhile is no argument. */
const againstReading = async (stage: Stage, which: ReadonlyArray<string>, goal: number): Promise<void> => {
  const before = await read(stage);
  const { rate, memory } = await rebuild(stage, which);
  const limit = (before + (await read(stage))) / 2;
  const ratio = judge(rate / limit, rate / limit >= goal);
  const name = which.length === 1 ? which.join() : `all ${which.length} at once`;
  row(name, `${whole(rate)} of ${whole(limit)} = ${ratio} (goal ≥ ${goal}), ${whole(memory)} MB`);
};

const flat = async (few: Stage, many: Stage, which: ReadonlyArray<string>): Promise<void> => {
  const before = await rebuild(few, which, { times: rounds, practice: few });
  const grown = await rebuild(many, which, { practice: few });
  const after = await rebuild(few, which, { times: rounds, practice: few });
  const base = (before.rate + after.rate) / 2;
  const [rates, memories] = [grown.rate / base, grown.memory / Math.max(before.memory, after.memory)];
  const name = which.length === 1 ? which.join() : `all ${which.length} at once`;
  const isFlat = rates >= 0.8 && rates <= 1.25;
  row(name, `${whole(grown.rate)} of ${whole(base)} = ${judge(rates, isFlat)} (0.8 to 1.25)`);
  row('', `memory ${whole(grown.memory)} MB, ${judge(memories, memories <= 1.25)} of the small one's (at most 1.25)`);
};

const live = async ({ url, databaseUrl }: Stage, full: number): Promise<void> => {
  const service = startProcess('serviceProcess', url, databaseUrl);
  await service.line;
  await allShown(url, databaseUrl);
  const changes = createChanges({ databaseUrl, log });
  const perSecond = Math.round(full / 4);
  say(`live, ${whole(perSecond)} events a second: a quarter of what all at once take`);
  // Whatever has just started is slower: service, connections and this process are warm before the first is measured.
  await latencies(url, changes, names[0] ?? '', perSecond, 8);
  for (const name of names) {
    const found = await latencies(url, changes, name, perSecond, 8);
    const p50 = quantile(found, 0.5);
    row(name, `visible after p50 ${judge(p50, p50 < 20)} ms (goal < 20), p99 ${quantile(found, 0.99).toFixed(1)} ms`);
  }
  await changes.close();
  await service.stop();
};

const few = await startStage('few', small);
const many = await startStage('many', large);
say(`rebuild from the first of ${whole(large)} events, against reading them (per second)`);
for (const name of names) await againstReading(many, [name], 0.6);
await againstReading(many, names, 0.35);
say(`events a second of ${whole(large)} against ${whole(small)} events`);
for (const name of names) await flat(few, many, [name]);
await flat(few, many, names);
await live(few, (await rebuild(many, names)).rate);
await Promise.all([few.stop(), many.stop(), postgres.stop()]);
rmSync(folder, { recursive: true });
process.exit();
