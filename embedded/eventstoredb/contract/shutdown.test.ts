import { EventStoreDBClient } from '@eventstore/db-client';
import { describe, expect } from '@jest/globals';
import { startEventStoreDB } from '../node.ts';
import { anEvent, newName } from './events.ts';
import { createStreamGroup } from './groups.ts';
import { record } from './recording.ts';
import { itOnEmbedded } from './server.ts';

const notOurs = 'another server is not ours to stop';

const started = async () => {
  const node = await startEventStoreDB({ memory: true });
  return { node, client: EventStoreDBClient.connectionString(node.url) };
};

describe('a server that stops', () => {
  itOnEmbedded(notOurs)('ends subscriptions as unavailable', async () => {
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

  itOnEmbedded(notOurs)('ends the open append call as unavailable, so that the client connects anew', async () => {
    const { node, client } = await started();
    await client.appendToStream(newName('stream'), anEvent());
    await node.stop();
    await expect(client.appendToStream(newName('stream'), anEvent())).rejects.toMatchObject({ type: 'unavailable' });
    await client.dispose();
  });

  itOnEmbedded(notOurs)('has answered every append that it took', async () => {
    const { node, client } = await started();
    const appends = Array.from({ length: 50 }, () => client.appendToStream(newName('stream'), anEvent()));
    const outcomes = Promise.allSettled(appends);
    await appends[0];
    await node.stop();
    const refused = (await outcomes).filter((outcome) => outcome.status === 'rejected');
    expect(refused.map(({ reason }) => (reason as { type: string }).type)).toEqual(refused.map(() => 'unavailable'));
    await client.dispose();
  });
});
