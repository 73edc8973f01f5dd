import { EventStoreDBClient } from '@eventstore/db-client';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect } from '@jest/globals';
import { startEventStoreDB } from '../node.ts';
import { anEvent, newName } from './events.ts';
import { createStreamGroup } from './groups.ts';
import { record } from './recording.ts';
import { itOnEmbedded } from './server.ts';
import { eventually } from './waiting.ts';
import { appendOptions, fragment, target } from './wire.ts';

const itOnOurs = itOnEmbedded('another server is not ours to stop');

const started = async () => {
  const node = await startEventStoreDB({ memory: true });
  return { node, client: EventStoreDBClient.connectionString(node.url) };
};

describe('a server that stops', () => {
  itOnOurs('ends subscriptions as unavailable', async () => {
    const { node, client } = await started();
    const { stream, subscribe } = await createStreamGroup(client);
    const open = [
      record(client.subscribeToStream(stream)),
      record(client.subscribeToAll({ fromPosition: 'end' })),
      subscribe(),
    ];
    await Promise.all(open.map((recording) => recording.has('confirmation')));
    await node.stop();
    for (const recording of open) expect(await recording.failed()).toMatchObject({ type: 'unavailable', code: 14 });
    await client.dispose();
  });

  itOnOurs('ends an open batch append call as unavailable', async () => {
    const { node } = await started();
    const wire = new StreamsClient(...target(node.url));
    const call = wire.batchAppend();
    const failure = new Promise((resolve) => call.once('error', resolve));
    call.write(fragment(randomUUID(), { options: appendOptions(newName('stream')), events: 1, isFinal: true }));
    await once(call, 'data');
    call.on('data', () => undefined);
    await node.stop();
    expect(await failure).toMatchObject({ code: 14 });
    wire.close();
  });

  itOnOurs('is found again by the same client when it comes back', async () => {
    const { node, client } = await started();
    await client.appendToStream(newName('stream'), anEvent());
    await node.stop();
    const again = await startEventStoreDB({ memory: true, port: node.port });
    await eventually(
      async () => (await Promise.allSettled([client.appendToStream(newName('stream'), anEvent())]))[0].status,
      'an append to succeed',
      (status) => status === 'fulfilled',
    );
    await client.dispose();
    await again.stop();
  });

  itOnOurs('has answered every append that it took', async () => {
    const { node, client } = await started();
    const appends = Array.from({ length: 50 }, () => client.appendToStream(newName('stream'), anEvent()));
    const outcomes = Promise.allSettled(appends);
    await appends[0];
    await node.stop();
    const refused = (await outcomes).filter((outcome) => outcome.status === 'rejected');
    expect(refused.map(({ reason }) => (reason as { code: number }).code)).toEqual(refused.map(() => 14));
    await client.dispose();
  });

  itOnOurs('closes HTTP connections', async () => {
    const { node, client } = await started();
    const socket = connect(node.port, '127.0.0.1');
    socket.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'data');
    const closed = once(socket, 'close');
    const stopped = Date.now();
    await node.stop();
    await closed;
    expect(Date.now() - stopped).toBeLessThan(1_000);
    await client.dispose();
  });
});
