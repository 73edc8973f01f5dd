import * as t from 'io-ts';
import { startProcess } from './processes.ts';
import { judge, measured, readRate, say, whole } from './report.ts';
import { median } from './statistics.ts';

/**
 * How fast a log is verified, against the bare client that reads `$all` and does nothing with it; and whether memory stays flat
 * as the log grows. Nodes, reader and verification are processes of their own. `npm run bench:audit [events of the large log]`
 */
const large = Number(process.argv[2] ?? 500_000);
const small = 10_000;
const rounds = 3;

const Verified = t.type({ seconds: t.number, memory: t.number });

const nodes = [startProcess('nodeProcess', String(small)), startProcess('nodeProcess', String(large))] as const;
const [few, many] = await Promise.all([nodes[0].line, nodes[1].line]);

const read = (): Promise<number> => readRate(many, large);

say(`verify ${whole(large)} events, against reading them (per second)`);
const ratios: number[] = [];
const memories: { readonly small: number[]; readonly large: number[] } = { small: [], large: [] };
for (let n = 0; n < rounds; n++) {
  const before = await read();
  const { seconds, memory } = await measured(Verified, 'verifyProcess', many, few);
  const limit = (before + (await read())) / 2;
  ratios.push(large / seconds / limit);
  memories.large.push(memory);
  memories.small.push((await measured(Verified, 'verifyProcess', few, few)).memory);
  say(`  ${whole(large / seconds)} of ${whole(limit)}`);
}
const ratio = median(ratios);
say(`  median ${judge(ratio, ratio >= 0.5)} (goal ≥ 0.5)`);
const [least, most] = [median(memories.small), median(memories.large)];
const growth = most / least;
say(
  `memory ${whole(most)} MB with ${whole(large)} events, ${whole(least)} MB with ${whole(small)}: ${judge(growth, growth <= 1.25)} (at most 1.25)`,
);
await Promise.all(nodes.map(({ stop }) => stop()));
process.exit();
