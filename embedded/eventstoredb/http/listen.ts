import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What a connection's first bytes say it is. */
export interface Protocols {
  readonly onHttp2: (socket: Socket) => void;
  readonly onHttp1: (socket: Socket) => void;
}

/** How every HTTP/2 connection without TLS begins; three letters tell it from any HTTP/1 method. */
const HTTP2_PREFACE = 'PRI';

const sniff = (socket: Socket, { onHttp2, onHttp1 }: Protocols): void => {
  const first: Buffer[] = [];
  const onData = (chunk: Buffer): void => {
    first.push(chunk);
    const bytes = Buffer.concat(first);
    if (bytes.length < HTTP2_PREFACE.length) return;
    socket.off('data', onData).pause();
    socket.unshift(bytes);
    if (bytes.toString('latin1', 0, HTTP2_PREFACE.length) === HTTP2_PREFACE) onHttp2(socket);
    else onHttp1(socket.resume());
  };
  socket.on('data', onData);
};

export interface Listener {
  readonly port: number;
  /**
   * Takes no more connections, and drops those that are not gRPC: they have nothing to lose. Resolves when the last one is
   * gone.
   */
  readonly close: () => Promise<void>;
}

/**
 * Listens for gRPC and HTTP on one port, as the real server does.
 * @throws Error (rejects) when the port cannot be had; the message names it and says what to do.
 */
export const listen = async (host: string, port: number, protocols: Protocols): Promise<Listener> => {
  const droppable = new Set<Socket>();
  const onHttp2 = (socket: Socket): void => {
    droppable.delete(socket);
    protocols.onHttp2(socket);
  };
  const server = createServer({ noDelay: true }, (socket) => {
    droppable.add(socket);
    socket.on('close', () => droppable.delete(socket));
    // A connection that breaks is the client's affair; whoever it was handed to sees its end.
    socket.on('error', () => socket.destroy());
    sniff(socket, { ...protocols, onHttp2 });
  });
  const address = await bind(server, host, port);
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of droppable) socket.destroy();
      }),
  };
};

const bind = (server: Server, host: string, port: number): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen(port, host, () => {
      const address = server.address();
      if (address !== null && typeof address === 'object') resolve(address);
    });
  });

const explain = (error: NodeJS.ErrnoException, host: string, port: number): Error => {
  const advice: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} on ${host} is taken by another process. Stop it, or give another port (0 for any free one).`,
    EACCES: `Port ${port} on ${host} may not be used by this user. Give a port above 1023.`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Give one of its own, such as 127.0.0.1 or 0.0.0.0.`,
    ENOTFOUND: `The host name ${host} is unknown. Give an address of this machine, such as 127.0.0.1 or 0.0.0.0.`,
  };
  return new Error(advice[error.code ?? ''] ?? `Cannot listen on ${host}:${port}: ${error.message}`, { cause: error });
};
