import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';

/** A gRPC service of the node, as `node.ts` registers it on its server and stops it. */
export interface NodeService {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
  /**
   * Called once, when the node stops and while the log still works: end every open call with UNAVAILABLE (a bare stream
   * reset would make the client believe in an unknown fault and not reconnect), clear timers, leave the log alone after
   * the returned promise.
   */
  readonly stop: () => Promise<void>;
}
