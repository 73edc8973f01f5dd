import { measure, startServer, type ServerProcess } from './eventstore/processes.ts';
import type { WorkloadName } from './eventstore/workloads.ts';
import { say, whole } from './report.ts';
import { median } from './statistics.ts';

/**
 * The embedded node, durable, against a stub that answers from memory (the client's own ceiling), against itself with
 * nothing synced (what of a time is the disk's), and against itself with much more in it. Servers and clients are processes
 * of their own; the runs of what is compared are interleaved and each number is the median.
 * `npm run bench:eventstore [rounds]`
 */
const rounds = Number(process.argv[2] ?? 5);

/** What is compared: a workload on a server, of a size. */
interface Subject {
  readonly server: ServerProcess;
  readonly workload: WorkloadName;
}

/** Medians of interleaved runs. */
const compare = async (a: Subject, b: Subject, size: number) => {
  const results: [number, number][] = [];
  for (let round = 0; round < rounds; round++)
    results.push([await measure(a.server, a.workload, size), await measure(b.server, b.workload, size)]);
  const [first, second] = [median(results.map(([x]) => x)), median(results.map(([, y]) => y))];
  return { first, second, ratio: first / second };
};

const tell = async (name: string, a: Subject, b: Subject, size: number, goal: string): Promise<void> => {
  const { first, second, ratio } = await compare(a, b, size);
  say(`  ${name.padEnd(28)} ${whole(first)} of ${whole(second)} = ${ratio.toFixed(2)} (goal ${goal})`);
};

/** How long it takes on disk, and its floor: what client, protocol and node take when nothing is synced. */
const tellTime = async (
  name: string,
  workload: WorkloadName,
  { disk, memory }: Readonly<Record<'disk' | 'memory', ServerProcess>>,
  size: number,
  goal: string,
): Promise<void> => {
  const { first, second } = await compare({ server: disk, workload }, { server: memory, workload }, size);
  const [onDisk, floor] = [first.toFixed(2), second.toFixed(2)];
  say(`  ${name.padEnd(28)} ${onDisk} ms on disk, floor ${floor} ms with nothing synced${goal}`);
};

const againstStub = async (disk: ServerProcess): Promise<void> => {
  const stub = await startServer('stubProcess');
  say('node against the stub (per second)');
  for (const [workload, size, goal] of [
    ['appends', 20_000, '≥ 0.6'],
    ['readAll', 30_000, '≥ 0.8'],
    ['deliveries', 20_000, '≥ 0.6'],
  ] as const)
    await tell(workload, { server: disk, workload }, { server: stub, workload }, size, goal);
  await stub.stop();
};

const oneAfterTheOther = async (disk: ServerProcess): Promise<void> => {
  const memory = await startServer('nodeProcess', 'memory');
  say('one after the other (p50)');
  await tellTime('append alone', 'append-alone', { disk, memory }, 1_000, '');
  await tellTime('chain of 5 and 4', 'chain', { disk, memory }, 200, ' (goal < 5 on disk)');
  await memory.stop();
};

const FLAT = '0.8 to 1.25';

/**
 * The thousand events of the small log are read and delivered over and over, and so are the first thousand of the large one.
 * Appends come last: they make the small log grow, by a fortieth of the large one a run.
 */
const aMillionAgainstAThousand = async (): Promise<void> => {
  const large = await startServer('nodeProcess', 'disk', '1000000', '10000');
  const small = await startServer('nodeProcess', 'disk', '1000', '10');
  say('a million events against a thousand');
  for (const [workload, size] of [
    ['readAll-1000', 30_000],
    ['deliveries-1000', 20_000],
    ['appends', 20_000],
  ] as const)
    await tell(workload, { server: large, workload }, { server: small, workload }, size, FLAT);
  say(`  ${'private memory'.padEnd(28)} ${whole(large.privateMemory())} MB (goal < 150)`);
  await Promise.all([large.stop(), small.stop()]);
};

const muchElse = async (server: ServerProcess): Promise<void> => {
  say('on one server');
  const plain: Subject = { server, workload: 'appends' };
  const few: Subject = { server, workload: 'appends-10-streams' };
  await tell('100,000 against 10 streams', { server, workload: 'appends-100000-streams' }, few, 20_000, FLAT);
  await tell('10 idle subscriptions', { server, workload: 'appends-10-idle-subscriptions' }, plain, 20_000, FLAT);
};

const disk = await startServer('nodeProcess', 'disk', '30000');
await againstStub(disk);
await oneAfterTheOther(disk);
await muchElse(disk);
await disk.stop();
await aMillionAgainstAThousand();
