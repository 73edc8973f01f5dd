import { Server, ServerCredentials, type ChannelOptions } from '@grpc/grpc-js';
import { createGossip } from './discovery/gossip.ts';
import { createServerFeatures } from './discovery/serverFeatures.ts';
import { createEventLog } from './eventLog/createEventLog.ts';
import { createHttpApi } from './http/httpApi.ts';
import { listen, type Listener } from './http/listen.ts';
import { dropWhenSilent, type Patience } from './http/silence.ts';
import type { NodeService } from './nodeService.ts';
import { createPersistentSubscriptions } from './persistent/service.ts';
import { openFolder, openTemporary } from './storage/open.ts';
import type { Storage } from './storage/storage.ts';
import { MAX_REQUEST_SIZE } from './streams/limits.ts';
import { createStreamsService } from './streams/service.ts';

export interface NodeOptions {
  /** The data folder; made if it is missing. Every append is on disk before it is acknowledged. */
  readonly data?: string;
  /** Keep nothing: for tests. Give either this or `data`. */
  readonly memory?: boolean;
  /** TCP port, a free one by default. */
  readonly port?: number;
  /** Address to listen on, 127.0.0.1 by default. There is no authentication: think before opening it further. */
  readonly host?: string;
  /** Milliseconds between the pings that find out whether a client is still there, 10,000 by default. */
  readonly keepAliveInterval?: number;
  /** Milliseconds that a client has to answer a ping before its connection is dropped, 10,000 by default. */
  readonly keepAliveTimeout?: number;
}

export interface EventStoreDBNode {
  readonly port: number;
  /** The connection string for clients on this machine: `esdb://127.0.0.1:PORT?tls=false`, or with the host given. */
  readonly url: string;
  /** Answers what was accepted, ends open calls with UNAVAILABLE, closes the log. May be called twice. */
  readonly stop: () => Promise<void>;
}

/** The real server's defaults (`GrpcOptions` in its `ClusterVNodeOptions.cs`), and those of its clients. */
const patience = ({ keepAliveInterval = 10_000, keepAliveTimeout = 10_000 }: NodeOptions): Patience => ({
  interval: keepAliveInterval,
  timeout: keepAliveTimeout,
});

/**
 * Without pings a consumer that is frozen, or whose machine is gone, would keep its messages as long as the operating system
 * believes in the connection. grpc-js only asks: who does not answer is dropped by `dropWhenSilent`, long before it would.
 */
const serverOptions = ({ interval, timeout }: Patience): ChannelOptions => ({
  'grpc.max_receive_message_length': MAX_REQUEST_SIZE,
  'grpc.enable_channelz': 0,
  'grpc-node.flow_control_window': 1_048_576,
  'grpc.keepalive_time_ms': interval,
  'grpc.keepalive_timeout_ms': 3 * timeout,
});

/** Milliseconds that open calls have to end by themselves when the node stops. */
const SHUTDOWN_GRACE = 2_000;

const openStorage = async ({ data, memory }: NodeOptions): Promise<Storage> => {
  if (data !== undefined && memory)
    throw new Error(`Expected either a data folder or memory mode, found both: leave out memory to use ${data}`);
  if (data !== undefined) return openFolder(data);
  if (memory) return openTemporary();
  throw new Error('Expected a data folder or memory mode, found neither: give `data: FOLDER` or `memory: true`');
};

/**
 * Starts a node that speaks EventStoreDB's gRPC protocol.
 * @throws Error (rejects) with a message for people when the folder or the port cannot be used.
 */
export const startEventStoreDB = async (options: NodeOptions): Promise<EventStoreDBNode> => {
  const storage = await openStorage(options);
  try {
    return await startOn(storage, options);
  } catch (error) {
    await storage.close();
    throw error;
  }
};

const createServices = async (storage: Storage): Promise<readonly NodeService[]> => {
  const log = createEventLog(storage);
  const services = [await createPersistentSubscriptions(log), createStreamsService(log), createGossip()];
  return [...services, createServerFeatures(services.map(({ definition }) => definition))];
};

const startOn = async (storage: Storage, options: NodeOptions): Promise<EventStoreDBNode> => {
  const services = await createServices(storage);
  const server = new Server(serverOptions(patience(options)));
  for (const { definition, implementation } of services) server.addService(definition, implementation);
  const stopServices = async (): Promise<void> => {
    for (const service of services) await service.stop();
  };
  const listener = await listenFor(server, options).catch(async (error: unknown) => {
    await stopServices();
    throw error;
  });

  const stop = async (): Promise<void> => {
    const closed = listener.close();
    await stopServices();
    await shutDown(server);
    await closed;
    await storage.close();
  };
  let stopped: Promise<void> | undefined;
  return {
    port: listener.port,
    url: `esdb://${reachable(options.host)}:${listener.port}?tls=false`,
    stop: () => (stopped ??= stop()),
  };
};

const ANY_ADDRESS = ['0.0.0.0', '::'];

/** Where clients on this machine reach a node that listens on `host`. */
const reachable = (host = '127.0.0.1'): string => {
  if (ANY_ADDRESS.includes(host)) return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
};

const listenFor = (server: Server, options: NodeOptions): Promise<Listener> => {
  const { host = '127.0.0.1', port = 0 } = options;
  const grpc = server.createConnectionInjector(ServerCredentials.createInsecure());
  const http = createHttpApi();
  return listen(host, port, {
    onHttp2: (socket) => {
      grpc.injectConnection(socket);
      dropWhenSilent(socket, patience(options));
    },
    onHttp1: (socket) => http.emit('connection', socket),
  });
};

const shutDown = async (server: Server): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve) => {
    server.tryShutdown(() => resolve());
    timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, SHUTDOWN_GRACE);
  });
  clearTimeout(timer);
};
