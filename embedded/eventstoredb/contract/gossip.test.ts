import { EventStoreDBClient } from '@eventstore/db-client';
import { GossipClient } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossip, { type ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { describe, expect, it } from '@jest/globals';
import { anEvent, newName } from './events.ts';
import { itOnEmbedded, useServer } from './server.ts';
import { answerTo, target } from './wire.ts';

const server = useServer();

describe('gossip', () => {
  it('tells of one member, the leader, alive', async () => {
    const wire = new GossipClient(...target(server.url));
    const members = (await answerTo<ClusterInfo>((done) => wire.read(new shared.Empty(), done))).getMembersList();
    wire.close();
    expect(members).toHaveLength(1);
    expect(members[0]?.getState()).toBe(gossip.MemberInfo.VNodeState.LEADER);
    expect(members[0]?.getIsAlive()).toBe(true);
  });

  itOnEmbedded('another server may advertise an address that is not reachable from here')(
    'leads a client that discovers the cluster to the server',
    async () => {
      const client = EventStoreDBClient.connectionString(server.url.replace(/^esdb:/, 'esdb+discover:'));
      expect((await client.appendToStream(newName('stream'), anEvent())).nextExpectedRevision).toBe(0n);
      await client.dispose();
    },
  );

  it('lets a client through that requires the leader', async () => {
    const required = { requiresLeader: true };
    expect((await server.client.appendToStream(newName('stream'), anEvent(), required)).success).toBe(true);
  });
});
