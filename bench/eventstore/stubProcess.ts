import { randomUUID } from 'node:crypto';
import grpc from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import {
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { createGossip } from '../../embedded/eventstoredb/discovery/gossip.ts';
import { createServerFeatures } from '../../embedded/eventstoredb/discovery/serverFeatures.ts';
import { encodeEvent } from '../../embedded/eventstoredb/storedEvent.ts';
import { readCorrelationId } from '../../embedded/eventstoredb/streams/appendRequest.ts';
import { outcomeResponse } from '../../embedded/eventstoredb/streams/batchAppendResponse.ts';

// What the client can do at best: a server that decides nothing, stores nothing, and answers with ready-made frames.
const asIs = (bytes: Buffer): Buffer => bytes;
const stream = 'bench-1';
const frames = Array.from({ length: 1_000 }, (_, i) =>
  encodeEvent(
    {
      id: randomUUID(),
      type: 'Benched',
      contentType: 'application/json',
      data: Buffer.from(JSON.stringify({ note: 'x'.repeat(380) })),
      metadata: Buffer.from(JSON.stringify({ version: 1 })),
    },
    { stream, revision: BigInt(i), position: BigInt(i * 700), created: `${Date.now()}0000` },
  ),
);
const frameAt = (i: number) => frames[i % frames.length]?.frame ?? Buffer.alloc(0);

const batchAppend = (call: ServerDuplexStream<Buffer, Buffer>): void => {
  call.on('data', (bytes: Buffer) => {
    const to = { correlationId: readCorrelationId(bytes), stream };
    call.write(outcomeResponse(to, 'any', { outcome: 'appended', revision: 1n, position: 1_000n }));
  });
  call.on('end', () => call.end());
};

const read = async (call: ServerWritableStream<streams.ReadReq, Buffer>): Promise<void> => {
  const count = Number(call.request.getOptions()?.getCount());
  for (let i = 0; i < count && !call.cancelled; i++)
    if (!call.write(frameAt(i))) await new Promise((resolve) => call.once('drain', resolve));
  call.end();
};

// A stored frame is a persistent subscription's response, too, as far as the event: the same fields at the same places.
const deliver = (call: ServerDuplexStream<persistent.ReadReq, Buffer>): void => {
  let sent = 0;
  call.on('data', (request: persistent.ReadReq) => {
    const size = request.getOptions()?.getBufferSize() ?? request.getAck()?.getIdsList().length ?? 0;
    if (request.hasOptions()) {
      const confirmation = new persistent.ReadResp.SubscriptionConfirmation().setSubscriptionId('stub');
      call.write(Buffer.from(new persistent.ReadResp().setSubscriptionConfirmation(confirmation).serializeBinary()));
    }
    for (let i = 0; i < size; i++) call.write(frameAt(sent++));
  });
  call.on('end', () => call.end());
};

const { StreamsService } = streamsGrpc;
const { PersistentSubscriptionsService } = grpc;
const server = new Server({ 'grpc.enable_channelz': 0 });
const gossip = createGossip();
const features = createServerFeatures([StreamsService, PersistentSubscriptionsService, gossip.definition]);
for (const { definition, implementation } of [gossip, features]) server.addService(definition, implementation);
server.addService(
  {
    batchAppend: { ...StreamsService.batchAppend, requestDeserialize: asIs, responseSerialize: asIs },
    read: { ...StreamsService.read, responseSerialize: asIs },
  },
  { batchAppend, read: (call: ServerWritableStream<streams.ReadReq, Buffer>) => void read(call) },
);
server.addService(
  {
    create: PersistentSubscriptionsService.create,
    delete: PersistentSubscriptionsService.delete,
    read: { ...PersistentSubscriptionsService.read, responseSerialize: asIs },
  },
  {
    create: (_: unknown, callback: sendUnaryData<persistent.CreateResp>) => callback(null, new persistent.CreateResp()),
    delete: (_: unknown, callback: sendUnaryData<persistent.DeleteResp>) => callback(null, new persistent.DeleteResp()),
    read: deliver,
  },
);
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`esdb://127.0.0.1:${port}?tls=false\n`);
});
process.once('SIGTERM', () => process.exit(0));
