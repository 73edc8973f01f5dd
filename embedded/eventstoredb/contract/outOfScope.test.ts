import { UsersClient } from '@eventstore/db-client/generated/users_grpc_pb.js';
import { OperationsClient } from '@eventstore/db-client/generated/operations_grpc_pb.js';
import operations from '@eventstore/db-client/generated/operations_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import users from '@eventstore/db-client/generated/users_pb.js';
import { describe, expect } from '@jest/globals';
import { itOnEmbedded, useServer } from './server.ts';
import { answerTo, target } from './wire.ts';

const server = useServer();

const realOneHasThem = 'a real server has them';

describe('what the embedded node does not have is refused as unimplemented, by name', () => {
  itOnEmbedded(realOneHasThem)('projections', async () => {
    await expect(server.client.createProjection('totals', 'fromAll()')).rejects.toMatchObject({
      code: 12,
      message: expect.stringMatching(/projection/i),
    });
    await expect(server.client.listProjections()).rejects.toMatchObject({ code: 12 });
  });

  itOnEmbedded(realOneHasThem)('users', async () => {
    const wire = new UsersClient(...target(server.url));
    await expect(answerTo((done) => wire.enable(new users.EnableReq(), done))).rejects.toMatchObject({
      code: 12,
      message: expect.stringMatching(/user/i),
    });
    wire.close();
  });

  itOnEmbedded(realOneHasThem)('scavenging', async () => {
    const wire = new OperationsClient(...target(server.url));
    const request = new operations.StartScavengeReq();
    await expect(answerTo((done) => wire.startScavenge(request, done))).rejects.toMatchObject({
      code: 12,
      message: expect.stringMatching(/scavenge/i),
    });
    await expect(answerTo((done) => wire.mergeIndexes(new shared.Empty(), done))).rejects.toMatchObject({ code: 12 });
    wire.close();
  });
});
