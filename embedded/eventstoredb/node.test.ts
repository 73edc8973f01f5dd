import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { eventually } from './contract/waiting.ts';
import { startEventStoreDB } from './node.ts';

const openHandles = (): readonly string[] => process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP'));

describe('a node in memory', () => {
  it('starts in under 200 ms', async () => {
    await (await startEventStoreDB({ memory: true })).stop();
    const since = performance.now();
    const node = await startEventStoreDB({ memory: true });
    expect(performance.now() - since).toBeLessThan(200);
    await node.stop();
  });

  it('stops with clients connected, and leaves no socket open', async () => {
    const node = await startEventStoreDB({ memory: true });
    const client = EventStoreDBClient.connectionString(node.url);
    await client.appendToStream('s', jsonEvent({ type: 'Happened', data: {} }));
    await node.stop();
    await client.dispose();
    // A socket that was closed is gone some turns of the event loop later.
    await eventually(
      () => Promise.resolve(openHandles()),
      'no open socket',
      (open) => open.length === 0,
    );
  });

  it('may be stopped twice', async () => {
    const node = await startEventStoreDB({ memory: true });
    await expect(Promise.all([node.stop(), node.stop()])).resolves.toHaveLength(2);
  });

  it('keeps its events to itself', async () => {
    const nodes = await Promise.all([startEventStoreDB({ memory: true }), startEventStoreDB({ memory: true })]);
    const [first, second] = nodes.map(({ url }) => EventStoreDBClient.connectionString(url));
    await first?.appendToStream('s', jsonEvent({ type: 'Happened', data: {} }), { expectedRevision: 'no_stream' });
    await second?.appendToStream('s', jsonEvent({ type: 'Happened', data: {} }), { expectedRevision: 'no_stream' });
    await Promise.all([first?.dispose(), second?.dispose()]);
    await Promise.all(nodes.map((node) => node.stop()));
  });
});

describe('a node on the network', () => {
  /** An address of this machine other than 127.0.0.1. */
  const otherAddress =
    Object.values(networkInterfaces())
      .flat()
      .find((found) => found?.family === 'IPv4' && !found.internal)?.address ?? '127.0.0.2';

  const isReachable = async (port: number): Promise<boolean> => {
    const socket = connect(port, otherAddress);
    const outcome = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    return outcome;
  };

  it('listens on 127.0.0.1 alone', async () => {
    const node = await startEventStoreDB({ memory: true });
    expect(await isReachable(node.port)).toBe(false);
    await node.stop();
  });

  it('listens on all addresses when it is told to', async () => {
    const node = await startEventStoreDB({ memory: true, host: '0.0.0.0' });
    expect(await isReachable(node.port)).toBe(true);
    expect(node.url).toBe(`esdb://127.0.0.1:${node.port}?tls=false`);
    await node.stop();
  });
});

describe('a node that cannot start', () => {
  it('names the port that is taken', async () => {
    const node = await startEventStoreDB({ memory: true });
    await expect(startEventStoreDB({ memory: true, port: node.port })).rejects.toThrow(
      `Port ${node.port} on 127.0.0.1 is taken by another process. Stop it, or give another port`,
    );
    await node.stop();
  });

  it('names the address that is not its own', async () => {
    await expect(startEventStoreDB({ memory: true, host: '192.0.2.1' })).rejects.toThrow(
      'This machine has no address 192.0.2.1',
    );
  });

  it('asks where the events are to be kept', async () => {
    await expect(startEventStoreDB({})).rejects.toThrow('Expected a data folder or memory mode, found neither');
    await expect(startEventStoreDB({ memory: true, data: 'folder' })).rejects.toThrow('found both');
  });
});
