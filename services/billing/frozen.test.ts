import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from '@jest/globals';
import { hundredEuros } from '../../domain/deposit/examples.ts';
import { walletStream } from '../../domain/streams.ts';
import { startEventStoreDB } from '../../embedded/eventstoredb/node.ts';
import { connect, type EventStore } from '../../eventstore/connection.ts';
import { readForwards } from '../../eventstore/read.ts';
import { bundle } from '../../tests/fixtures/bundle.ts';
import { put, someOrder } from '../../tests/fixtures/eventStore.ts';
import { log } from '../../tests/fixtures/logger.ts';
import { until } from '../../tests/fixtures/until.ts';

const user = 'alice';
const orders = 40;

const isConnected = async (store: EventStore): Promise<boolean> => {
  const { connections } = await store.run((client) => client.getPersistentSubscriptionToAllInfo('orders.pending'));
  return connections.length > 0;
};

const order = (store: EventStore) => put(store, { type: 'OrderPending', data: someOrder({ userId: user }) });

it('charges once each order that came while it was frozen and dropped for it, when it wakes', async () => {
  const script = await bundle(join(import.meta.dirname, '../../tests/fixtures/billingProcess.ts'));
  const node = await startEventStoreDB({ memory: true, keepAliveInterval: 200, keepAliveTimeout: 1_000 });
  const store = connect({ url: node.url, name: 'test', log });
  const billing = spawn(process.execPath, [script, node.url], { stdio: ['ignore', 'ignore', 'inherit'] });
  const isEntered = (entries: number) => async () =>
    (await readForwards(store, walletStream(user, 'EUR'))).length === entries;
  try {
    await put(store, { type: 'DepositRequested', data: { ...hundredEuros, userId: user, amount: 1_000_000 } });
    await until('it has begun', async () => (await isEntered(1)()) && (await isConnected(store)), 30_000);

    billing.kill('SIGSTOP');
    for (let n = 0; n < orders; n += 1) await order(store);
    await until('the node has dropped it', async () => !(await isConnected(store)), 30_000);
    billing.kill('SIGCONT');

    await until('every order is charged', isEntered(1 + orders), 30_000);
    const entries = await readForwards(store, walletStream(user, 'EUR'));
    expect(new Set(entries.map(({ metadata }) => metadata.$causationId)).size).toBe(1 + orders);
  } finally {
    const exited = once(billing, 'exit');
    billing.kill('SIGKILL');
    await exited;
    await store.close();
    await node.stop();
    await rm(dirname(script), { recursive: true });
  }
}, 120_000);
