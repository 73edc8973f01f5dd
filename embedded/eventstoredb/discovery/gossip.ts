import { randomUUID } from 'node:crypto';
import grpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import pb from '@eventstore/db-client/generated/gossip_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import type { NodeService } from '../nodeService.ts';

const TICKS_PER_MILLISECOND = 10_000n;

/**
 * `Gossip.Read`: a cluster of one, its leader. The member's address is the one that the client has used, so that it works
 * from wherever the client is, through containers and port mappings too.
 */
export const createGossip = (): NodeService => {
  const instanceId = new shared.UUID().setString(randomUUID());
  return {
    definition: grpc.GossipService,
    implementation: {
      read: (call: ServerUnaryCall<shared.Empty, pb.ClusterInfo>, callback: sendUnaryData<pb.ClusterInfo>) => {
        const { hostname, port } = new URL(`http://${call.getHost()}`);
        const member = new pb.MemberInfo()
          .setInstanceId(instanceId)
          .setTimeStamp(String(BigInt(Date.now()) * TICKS_PER_MILLISECOND))
          .setState(pb.MemberInfo.VNodeState.LEADER)
          .setIsAlive(true)
          .setHttpEndPoint(new pb.EndPoint().setAddress(hostname).setPort(Number(port || 80)));
        callback(null, new pb.ClusterInfo().setMembersList([member]));
      },
    },
    stop: () => Promise.resolve(),
  };
};
