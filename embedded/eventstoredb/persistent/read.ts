import type { ServerDuplexStream, ServiceError } from '@grpc/grpc-js';
import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import * as E from 'fp-ts/lib/Either.js';
import { invalidArgument, toServiceError, unavailable } from '../rpcErrors.ts';
import { uuidFormatOf } from '../uuid.ts';
import type { ConsumerPort } from './engine/consumer.ts';
import { groupDoesNotExist, groupDropped, maximumSubscribersReached } from './errors.ts';
import { deliveryFrame } from './frames.ts';
import { nameIn, type GroupName } from './groupName.ts';
import type { Groups } from './groups.ts';
import type { HostedGroup } from './hostedGroup.ts';
import { parseReadRequest, type ReadRequest } from './readRequests.ts';

/** Requests and responses as bytes: a request that cannot be read would else end the call without a word to us. */
export type ReadCall = ServerDuplexStream<Buffer, Buffer>;

/** The open subscriptions of consumers. */
export interface Reads {
  readonly handle: (call: ReadCall) => void;
  /** Ends every call with UNAVAILABLE. */
  readonly stop: () => void;
}

/** Ends a call, with an error unless the consumer went away by itself. Ending it again does nothing. */
type End = (error?: ServiceError) => void;

const confirmation = ({ stream, group }: GroupName): Buffer => {
  const confirmed = new persistent.ReadResp.SubscriptionConfirmation().setSubscriptionId(`${stream}::${group}`);
  return Buffer.from(new persistent.ReadResp().setSubscriptionConfirmation(confirmed).serializeBinary());
};

/** A consumer on a call. The call's flow control holds no message back: the consumer's slots bound what is under way. */
const createPort = (call: ReadCall, options: persistent.ReadReq.Options, drop: () => void): ConsumerPort => {
  const uuids = uuidFormatOf(options.getUuidOption());
  return {
    connectionName: String(call.metadata.get('connection-name')[0] ?? '<unknown>'),
    username: 'anonymous',
    address: '',
    slots: options.getBufferSize(),
    send: (message) => void call.write(deliveryFrame(message, uuids)),
    drop,
  };
};

const answer = (group: HostedGroup, request: ReadRequest): void => {
  switch (request.kind) {
    case 'ack':
      return group.ack(request.ids);
    case 'nack':
      return group.nack(request.ids, request.action, request.reason);
    case 'options':
      // The real server lets such a request fail where nobody looks.
      return;
  }
};

export const createReads = (groups: Groups): Reads => {
  const open = new Set<End>();
  let stopped = false;

  const handle = (call: ReadCall): void => {
    let subscribed: { readonly group: HostedGroup; readonly port: ConsumerPort } | undefined;
    const end: End = (error) => {
      if (!open.delete(end)) return;
      subscribed?.group.disconnect(subscribed.port);
      if (error !== undefined) call.emit('error', error);
    };

    const subscribe = (options: persistent.ReadReq.Options): void => {
      const name = nameIn(options);
      const group = groups.find(name);
      if (!open.has(end) || subscribed !== undefined) return;
      if (group === undefined) return end(groupDoesNotExist(name));
      const port = createPort(call, options, () => end(groupDropped(name)));
      switch (group.connect(port)) {
        case 'full':
          return end(maximumSubscribersReached(name));
        case 'closed':
          return end(groupDropped(name));
        case 'connected':
          subscribed = { group, port };
          call.write(confirmation(name));
          return group.push();
      }
    };

    const receive = (request: ReadRequest): void => {
      if (subscribed !== undefined) return answer(subscribed.group, request);
      if (request.kind !== 'options') return end(invalidArgument('Expected the options of a subscription first.'));
      // While groups are being changed, one may be about to come or to go.
      groups
        .settled()
        .then(() => subscribe(request.options))
        .catch((error: unknown) => end(toServiceError(error)));
    };

    open.add(end);
    if (stopped) return end(unavailable());
    call.on('cancelled', () => end());
    call.on('data', (bytes: Buffer) => {
      if (!open.has(end)) return;
      const request = E.tryCatch(() => parseReadRequest(bytes), toServiceError);
      if (E.isRight(request)) receive(request.right);
      else end(request.left);
    });
  };

  return {
    handle,
    stop: () => {
      stopped = true;
      for (const end of [...open]) end(unavailable());
    },
  };
};
