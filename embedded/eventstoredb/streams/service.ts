import grpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import type {
  sendUnaryData,
  ServerDuplexStream,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
} from '@grpc/grpc-js';
import type { DeletableEventLog } from '../eventLog/createEventLog.ts';
import type { NodeService } from '../nodeService.ts';
import { toServiceError } from '../rpcErrors.ts';
import { append } from './append.ts';
import { batchAppend } from './batchAppend.ts';
import { createOpenCalls } from './openCalls.ts';
import { createOutput } from './output.ts';
import { read } from './read.ts';
import { readRequest } from './readRequest.ts';
import { softDelete, tombstone } from './remove.ts';
import { subscribe } from './subscribe.ts';

const asIs = (bytes: Buffer): Buffer => bytes;
const { read: Read, append: Append, batchAppend: BatchAppend } = grpc.StreamsService;

/** Events go out and appends come in as bytes; all else by the generated classes. */
const definition = {
  ...grpc.StreamsService,
  read: { ...Read, responseSerialize: asIs },
  append: { ...Append, requestDeserialize: asIs },
  batchAppend: { ...BatchAppend, requestDeserialize: asIs, responseSerialize: asIs },
};

/** The `event_store.client.streams.Streams` service on a log. */
export const createStreamsService = (log: DeletableEventLog): NodeService => {
  const openCalls = createOpenCalls();

  const answer = <A>(promise: Promise<A>, callback: sendUnaryData<A>): void => {
    promise.then(
      (response) => callback(null, response),
      (error: unknown) => callback(toServiceError(error)),
    );
  };

  const readOrSubscribe = async (call: ServerWritableStream<streams.ReadReq, Buffer>): Promise<void> => {
    try {
      const request = readRequest(call.request);
      await (request.subscription ? subscribe : read)(log, request, createOutput(call));
      call.end();
    } catch (error) {
      call.emit('error', toServiceError(error));
    }
  };

  return {
    definition,
    implementation: {
      read: (call: ServerWritableStream<streams.ReadReq, Buffer>) => {
        openCalls.add(call);
        void readOrSubscribe(call);
      },
      append: (call: ServerReadableStream<Buffer, streams.AppendResp>, callback: sendUnaryData<streams.AppendResp>) =>
        answer(append(log, call), callback),
      batchAppend: (call: ServerDuplexStream<Buffer, Buffer>) => {
        openCalls.add(call);
        batchAppend(log, call);
      },
      delete: (
        call: ServerUnaryCall<streams.DeleteReq, streams.DeleteResp>,
        callback: sendUnaryData<streams.DeleteResp>,
      ) => answer(softDelete(log, call.request), callback),
      tombstone: (
        call: ServerUnaryCall<streams.TombstoneReq, streams.TombstoneResp>,
        callback: sendUnaryData<streams.TombstoneResp>,
      ) => answer(tombstone(log, call.request), callback),
    },
    stop: async () => {
      // What was accepted is answered first: an append that was stored should not look as if it had failed.
      await log.settled();
      openCalls.end();
    },
  };
};
