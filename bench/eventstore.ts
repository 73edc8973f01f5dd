import { median } from './eventstore/events.ts';
import { measure, startServer, type ServerProcess } from './eventstore/processes.ts';
import type { WorkloadName } from './eventstore/workloads.ts';

/**
 * The embedded node, durable, against a stub that answers from memory (the client's own ceiling), and against itself with
 * much more in it. Servers and clients are processes of their own; the runs of what is compared are interleaved and each
 * number is the median. `npm run bench:eventstore [rounds]`
 */
const rounds = Number(process.argv[2] ?? 5);

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const whole = (value: number): string => Math.round(value).toLocaleString('en');

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

const MILLION = '1000000';
const FLAT = '0.8 to 1.25';

const againstStub = async (): Promise<void> => {
  const stub = await startServer('stubProcess');
  const node = await startServer('nodeProcess', '30000');
  say('node against the stub (per second)');
  for (const [workload, size, goal] of [
    ['appends', 20_000, '≥ 0.6'],
    ['readAll', 30_000, '≥ 0.8'],
    ['deliveries', 20_000, '≥ 0.6'],
  ] as const)
    await tell(workload, { server: node, workload }, { server: stub, workload }, size, goal);
  const alone: number[] = [];
  for (let round = 0; round < rounds; round++) alone.push(await measure(node, 'append-alone', 1_000));
  say(`  append alone, p50        ${median(alone).toFixed(2)} ms`);
  const chains: number[] = [];
  for (let round = 0; round < rounds; round++) chains.push(await measure(node, 'chain', 200));
  say(`  chain of 5 and 4, p50    ${median(chains).toFixed(2)} ms (goal < 5)`);
  await Promise.all([stub.stop(), node.stop()]);
};

const flatness = async (): Promise<void> => {
  const large = await startServer('nodeProcess', MILLION, '10000');
  const small = await startServer('nodeProcess', '30000');
  say('a million events against few');
  for (const [workload, size] of [
    ['appends', 20_000],
    ['readAll', 30_000],
    ['deliveries', 20_000],
  ] as const)
    await tell(workload, { server: large, workload }, { server: small, workload }, size, FLAT);
  say('on one server');
  const plain: Subject = { server: small, workload: 'appends' };
  const few: Subject = { server: small, workload: 'appends-10-streams' };
  await tell('100,000 against 10 streams', { server: small, workload: 'appends-100000-streams' }, few, 20_000, FLAT);
  await tell(
    '10 idle subscriptions',
    { server: small, workload: 'appends-10-idle-subscriptions' },
    plain,
    20_000,
    FLAT,
  );
  say(`  private memory           ${whole(large.privateMemory())} MB (goal < 150)`);
  await Promise.all([large.stop(), small.stop()]);
};

await againstStub();
await flatness();
