import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { EventStoreDBClient, eventTypeFilter } from '@eventstore/db-client';
import * as t from 'io-ts';
import { now, order, send, watch, type Answered } from './clients/requests.ts';
import { startSystem, tokenFor, usageOf, type System } from './clients/system.ts';
import { say } from './report.ts';
import { quantile } from './statistics.ts';

/**
 * What it costs a client to get a direct answer: how long after the commit of an order's last event a waiting `POST` is
 * answered, how many may wait and watch at once and at what price, and whether two gateways behave as one.
 * `npm run bench:clients [requests open at once]`
 */
const many = Number(process.argv[2] ?? 2_000);
const users = 100;

const Placed = t.intersection([
  t.type({ orderId: t.string, status: t.string }),
  // Only while it is not settled.
  t.partial({ position: t.string }),
]);
type Placed = t.TypeOf<typeof Placed>;

const placedIn = ({ status, body }: Answered): Placed => {
  if (Placed.is(body)) return body;
  throw new Error(`Expected an order, found ${status}: ${JSON.stringify(body)}`);
};

const milliseconds = (values: readonly number[]): string =>
  `p50 ${quantile(values, 0.5).toFixed(1)} ms, p99 ${quantile(values, 0.99).toFixed(1)} ms`;

const userNames = Array.from({ length: users }, (_, n) => `bench-${n}`);

interface Clients {
  readonly tokens: ReadonlyMap<string, string>;
  readonly nth: (n: number) => { readonly user: string; readonly token: string };
}

const createClients = async (): Promise<Clients> => {
  const tokens = new Map<string, string>();
  for (const user of userNames) tokens.set(user, await tokenFor(user, 'client', 'operator'));
  return {
    tokens,
    nth: (n) => {
      const user = userNames[n % users] ?? '';
      return { user, token: tokens.get(user) ?? '' };
    },
  };
};

const giveMoney = async ({ gateway }: System, { tokens }: Clients): Promise<void> => {
  await Promise.all(
    [...tokens].map(async ([user, token]) => {
      const url = `${gateway}/wallets/${user}/EUR/deposits`;
      const { status } = await send({
        method: 'POST',
        url,
        token,
        headers: { Prefer: 'wait=30' },
        body: { amount: 10_000_000 },
      });
      if (status !== 200) throw new Error(`Expected a deposit of ${user} to settle, found ${status}`);
    }),
  );
};

/** When each order's last event was made by the store, just before its commit: milliseconds since the Unix epoch. */
const watchEnds = async (eventStore: string) => {
  const ends = new Map<string, number>();
  const client = EventStoreDBClient.connectionString(eventStore);
  const subscription = client.subscribeToAll({
    fromPosition: 'end',
    filter: eventTypeFilter({ regex: '^(OrderPaid|OrderCancelled)$' }),
  });
  subscription.on('data', ({ event }) => {
    if (event) ends.set(event.streamId.slice('order-'.length), event.created.getTime());
  });
  await new Promise((resolve) => subscription.once('confirmation', resolve));
  return { ends, close: () => client.dispose() };
};

const openLoop = async <A>(count: number, perSecond: number, act: (n: number) => Promise<A>): Promise<Promise<A>[]> => {
  const since = now();
  const acts: Promise<A>[] = [];
  for (let n = 0; n < count; n++) {
    await pause(Math.max(0, since + (n * 1_000) / perSecond - now()));
    acts.push(act(n));
  }
  return acts;
};

const latency = async (system: System, clients: Clients): Promise<void> => {
  const { ends, close } = await watchEnds(system.eventStore);
  const count = 400;
  const asked = await Promise.all(
    await openLoop(count, 20, async (n) => {
      const { user, token } = clients.nth(n);
      const since = now();
      const answered = await order(system.gateway, user, token, 30);
      if (answered.status !== 200) throw new Error(`Expected a settled order, found ${answered.status}`);
      return { orderId: placedIn(answered).orderId, since, at: answered.at };
    }),
  );
  while (ends.size < count) await pause(10);
  await close();
  const measured = asked.slice(count / 4);
  const added = measured.map(({ orderId, at }) => at - (ends.get(orderId) ?? Number.NaN));
  say('20 orders a second, each waiting for its end');
  say(`  POST to settled answer                     ${milliseconds(measured.map(({ since, at }) => at - since))}`);
  say(`  of it after the last event was made        ${milliseconds(added)} (goal p50 < 10)`);
  if (!(quantile(added, 0.5) < 10)) process.exitCode = 1;
};

const idle = async (pid: number, seconds: number): Promise<{ cpu: number; memory: number }> => {
  const before = usageOf(pid);
  await pause(seconds * 1_000);
  const after = usageOf(pid);
  return { cpu: (after.cpu - before.cpu) / seconds, memory: after.memory };
};

const tellUsage = (what: string, { cpu, memory }: { cpu: number; memory: number }): void =>
  say(`  gateway ${what.padEnd(35)}${(cpu * 100).toFixed(1)} % of a core, ${Math.round(memory)} MB`);

/** Those who waited for the orders `placed` and were answered with a status about their own order. */
const answeredWith = (status: number, answers: ReadonlyArray<Answered | undefined>, placed: ReadonlyArray<Placed>) =>
  placed.flatMap((own, n) => {
    const answer = answers[n];
    return answer?.status === status && placedIn(answer).orderId === own.orderId ? [{ n, own }] : [];
  });

/** Waits until what was placed is shown. @returns the status of the answer, undefined when there was none. */
const waitAgain = async (
  gateway: string,
  token: string,
  { orderId, position = '' }: Placed,
): Promise<number | undefined> => {
  const url = `${gateway}/orders/${orderId}?after=${position}`;
  const answer = await send({ method: 'GET', url, token, headers: { Prefer: 'wait=30' } }).catch(() => undefined);
  return answer?.status;
};

/** Billing stands still meanwhile, so that all of them are open at the same time. */
const allAtOnce = async (system: System, clients: Clients, second: string): Promise<void> => {
  const [gateway, billing] = [system.pidOf('gateway'), system.pidOf('billing')];
  say(`${many} requests that wait and ${many} event streams at once, half of each at a second gateway`);
  tellUsage('with none', await idle(gateway, 5));
  process.kill(billing, 'SIGSTOP');
  const at = (n: number): string => (n % 2 === 0 ? system.gateway : second);
  const keys = Array.from({ length: many }, () => randomUUID());
  const streams: Promise<Awaited<ReturnType<typeof watch>> | undefined>[] = [];
  const place = async (n: number) => {
    const { user, token } = clients.nth(n);
    const placed = placedIn(await order(at(n + 1), user, token, 0, keys[n]));
    streams[n] = watch(`${at(n)}/orders/${placed.orderId}/events`, token).catch(() => undefined);
    return placed;
  };
  const placed = await Promise.all(await openLoop(many, many / 12, place));
  // The same key at the other gateway: the same order. Opened last and within seconds, since the longest wait is 30.
  const waits = await openLoop(many, many / 4, (n) => {
    const { user, token } = clients.nth(n);
    return order(at(n), user, token, 30, keys[n]).catch(() => undefined);
  });
  tellUsage('with all of them', await idle(gateway, 2));
  process.kill(billing, 'SIGCONT');
  const since = now();
  const answers = await Promise.all(waits);
  const answeredIn = now() - since;
  const settled = answeredWith(200, answers, placed);
  const late = answeredWith(202, answers, placed);
  const again = await Promise.all(late.map(({ n, own }) => waitAgain(at(n), clients.nth(n).token, own)));
  const answeredAgain = again.filter((status) => status === 200);
  const stories = await Promise.all(streams);
  const told = stories.filter(
    (story) => story?.status === 200 && story.events.some((name) => name.startsWith('Letter')),
  );
  say(
    `  answered ${settled.length + late.length} of ${many}, the last ${Math.round(answeredIn)} ms after billing went on`,
  );
  say(`    with the settled order                   ${settled.length}`);
  say(
    `    with 202, as 30 seconds were over        ${late.length}; a second wait, by ?after, answered ${answeredAgain.length}`,
  );
  say(`  event streams told to their end            ${told.length} of ${many}`);
  const isFair = settled.length + late.length === many && answeredAgain.length === late.length;
  if (!isFair || told.length < many) process.exitCode = 1;
};

/** All come from one address, many for each user, and billing stands still for long: none of that is what is measured. */
const unlimited = {
  ...{ RATE_LIMIT_PER_USER: '100000', RATE_LIMIT_PER_ADDRESS: '100000', HANG_AFTER_MS: '600000' },
  ...{ MAX_REQUESTS: '20000', MAX_REQUESTS_PER_USER: '5000', MAX_STREAMS_PER_USER: '5000' },
};

const system = await startSystem(unlimited);
try {
  const clients = await createClients();
  await giveMoney(system, clients);
  await latency(system, clients);
  await allAtOnce(system, clients, await system.secondGateway());
} finally {
  await system.stop();
}
process.exit();
