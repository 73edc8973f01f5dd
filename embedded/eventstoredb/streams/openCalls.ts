import type { ServiceError } from '@grpc/grpc-js';
import { unavailable } from '../rpcErrors.ts';

interface StreamingCall {
  emit(event: 'error', error: ServiceError): boolean;
  once(event: 'close' | 'cancelled' | 'finish', listener: () => void): this;
}

/** The streaming calls that are open, so that stopping can end them in a way that clients understand. */
export interface OpenCalls {
  readonly add: (call: StreamingCall) => void;
  /** Ends every open call with UNAVAILABLE: clients then know that they may connect again. */
  readonly end: () => void;
}

export const createOpenCalls = (): OpenCalls => {
  const calls = new Set<StreamingCall>();
  return {
    add: (call) => {
      calls.add(call);
      const forget = (): void => void calls.delete(call);
      call.once('close', forget).once('cancelled', forget).once('finish', forget);
    },
    end: () => {
      for (const call of [...calls]) call.emit('error', unavailable());
    },
  };
};
