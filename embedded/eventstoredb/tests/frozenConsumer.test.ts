import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults,
} from '@eventstore/db-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startEventStoreDB, type EventStoreDBNode } from '../node.ts';
import { bundle } from './processes.ts';

const [stream, group] = ['orders', 'billing'];
/** No message comes back because of its own time-out while the test runs. */
const messageTimeout = 600_000;

describe('a consumer that is frozen, its connection open', () => {
  let script = '';
  let node: EventStoreDBNode;
  let client: EventStoreDBClient;
  let frozen: ChildProcess;
  beforeAll(async () => {
    script = await bundle('consumerProcess');
  });
  afterAll(() => rmSync(script));
  beforeEach(async () => {
    node = await startEventStoreDB({ memory: true, keepAliveInterval: 200, keepAliveTimeout: 1_000 });
    client = EventStoreDBClient.connectionString(node.url);
    const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: 'start', messageTimeout });
    await client.createPersistentSubscriptionToStream(stream, group, settings);
    frozen = spawn(process.execPath, [script, node.url, stream, group], { stdio: ['ignore', 'pipe', 'inherit'] });
  });
  afterEach(async () => {
    const exited = once(frozen, 'exit');
    frozen.kill('SIGKILL');
    await exited;
    await client.dispose();
    await node.stop();
  });

  /** Gives the consumer an event, and stops it when it has it. */
  const freeze = async (): Promise<string> => {
    const event = jsonEvent({ type: 'OrderPaid', data: {} });
    await client.appendToStream(stream, event);
    if (frozen.stdout === null) throw new Error('Expected a pipe from the consumer, found none.');
    const [line] = (await once(createInterface({ input: frozen.stdout }), 'line')) as [string];
    expect(line).toBe(event.id);
    frozen.kill('SIGSTOP');
    return event.id;
  };

  it('loses its messages to others, while those who answer pings stay', async () => {
    const follower = client.subscribeToStream(stream);
    const followed: unknown[] = [];
    follower.on('data', ({ event }) => followed.push(event?.id));
    const id = await freeze();

    const subscription = client.subscribeToPersistentSubscriptionToStream(stream, group);
    for await (const { event, retryCount } of subscription) {
      expect([event?.id, retryCount]).toEqual([id, 1]);
      break;
    }
    const { connections } = await client.getPersistentSubscriptionToStreamInfo(stream, group);
    expect(connections.length).toBeLessThan(2);
    const last = jsonEvent({ type: 'OrderPaid', data: {} });
    await client.appendToStream(stream, last);
    while (followed.length < 2) await once(follower, 'data');
    expect(followed).toEqual([id, last.id]);
  });
});
