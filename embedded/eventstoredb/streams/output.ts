import type { ServerWritableStream } from '@grpc/grpc-js';

/** The answering side of a call that streams responses: whether the client keeps up, and whether it is still there. */
export interface Output {
  /** False when the client is behind: wait for `ready` before writing more. */
  readonly write: (response: Buffer) => boolean;
  /** Resolves when the client has caught up or is gone. */
  readonly ready: () => Promise<void>;
  /** True when the client is gone or the call has ended. */
  readonly closed: () => boolean;
  readonly onReady: (listener: () => void) => void;
  readonly onClosed: (listener: () => void) => void;
}

export const createOutput = <Request>(call: ServerWritableStream<Request, Buffer>): Output => {
  const closed = (): boolean => call.cancelled || call.destroyed || call.writableEnded;
  return {
    write: (response) => call.write(response),
    ready: () =>
      new Promise((resolve) => {
        if (closed() || !call.writableNeedDrain) return resolve();
        const done = (): void => {
          call.off('drain', done).off('cancelled', done).off('close', done);
          resolve();
        };
        call.on('drain', done).on('cancelled', done).on('close', done);
      }),
    closed,
    onReady: (listener) => call.on('drain', listener),
    onClosed: (listener) => call.once('cancelled', listener).once('close', listener),
  };
};
