import type { Socket } from 'node:net';

export interface Patience {
  /** Milliseconds between the pings that every client answers. */
  readonly interval: number;
  /** Milliseconds that a client has to answer one. */
  readonly timeout: number;
}

/** Looks within one time-out: a connection is dropped so much later than it could be, at most. */
const LOOKS = 4;

/**
 * Drops a connection from which nothing comes any more, not even the answer to a ping: its process is frozen, or its machine
 * gone. Counts its looks rather than milliseconds: this process may have been frozen itself, and has not read yet.
 *
 * It is reset, without a word in HTTP/2. grpc-js would end each call with RST_STREAM(NO_ERROR) first; a Node client that
 * wakes, reads one of these while a request waits to be sent, and cancels another call, then writes empty DATA frames for the
 * ended one without end (`Http2Stream::Provider::Stream::OnRead` finds no stream and says neither "end" nor "later"), at full
 * load until it has no memory left: seen with Node 20.20. The real server aborts the connection, too.
 */
export const dropWhenSilent = (socket: Socket, { interval, timeout }: Patience): void => {
  const pause = timeout / LOOKS;
  const mostSilent = Math.ceil((interval + timeout) / pause);
  let seen = socket.bytesRead;
  let silent = 0;
  const look = (): void => {
    silent = socket.bytesRead === seen ? silent + 1 : 0;
    seen = socket.bytesRead;
    if (silent >= mostSilent) socket.resetAndDestroy();
  };
  const looking = setInterval(look, pause).unref();
  socket.once('close', () => clearInterval(looking));
};
