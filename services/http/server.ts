import type Koa from 'koa';
import { createServer, type RequestListener, type Server } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import { namesHost, rejectsBrokenRequests } from './brokenRequests.ts';
import { gracefulStop } from './gracefulStop.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0: a free port. */
  readonly port: number;
  /** Milliseconds that open requests have to finish when the server stops. */
  readonly stopTimeout?: number;
  /** Milliseconds that a client has to send a whole request. */
  readonly requestTimeout?: number;
  /** Milliseconds that a connection may be silent while it is answered: longer than any wait, and than event streams are. */
  readonly silenceTimeout?: number;
}

export interface HttpServer {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Takes no more connections, lets open requests finish, then cuts what is left. Safe to call twice. */
  readonly stop: () => Promise<void>;
}

const explained = (error: NodeJS.ErrnoException, host: string, port: number): Error =>
  error.code === 'EADDRINUSE'
    ? new Error(`Port ${port} on ${host} is taken: stop what listens there, or choose another port (0: a free one)`)
    : error;

/** Connections that may wait to be taken. Node's 511 is too few for thousands that come at once: the rest are reset. */
const backlog = 4_096;

const listening = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) => reject(explained(error, host, port)));
    server.listen({ port, host, backlog }, resolve);
  });

// Finds who is gone without a word within 14 seconds: before the next heartbeat of an event stream, whose bytes in flight would
// keep the system from asking.
const probing = { keepAlive: true, keepAliveInitialDelay: 4_000 };

const isAddressInfo = (address: string | AddressInfo | null): address is AddressInfo =>
  typeof address === 'object' && address !== null;

/**
 * Serves an application on a port of its own.
 * @throws when the port is taken; the message says what to do.
 */
export const listen = async (app: Koa, options: ListenOptions): Promise<HttpServer> => {
  const { host, port, stopTimeout = 5_000, requestTimeout = 30_000, silenceTimeout = 60_000 } = options;
  const headersTimeout = Math.min(requestTimeout, 10_000);
  // Node looks for slow clients every 30 seconds unless told otherwise.
  const connectionsCheckingInterval = Math.min(headersTimeout, 1_000);
  const answer = app.callback();
  const listener: RequestListener = (request, response) => {
    if (namesHost(request, response)) void answer(request, response);
  };
  const timing = { requestTimeout, headersTimeout, connectionsCheckingInterval };
  const server = createServer({ ...timing, ...probing, requireHostHeader: false }, listener);
  // What is expected beside 100-continue may be ignored (RFC 9110, section 10.1.1); Node would answer 417 without a word.
  server.on('checkExpectation', listener);
  // Cuts whoever does not read what is written to them.
  server.timeout = silenceTimeout;
  rejectsBrokenRequests(server);
  const stop = gracefulStop(server, stopTimeout);
  await listening(server, host, port);
  const address = server.address();
  if (!isAddressInfo(address)) throw new Error(`Expected a port on ${host}, found ${address}`);
  return { url: `http://${isIPv6(host) ? `[${host}]` : host}:${address.port}`, stop };
};
