import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** How a server that is scripted for a test answers one request. */
export type Script = (response: ServerResponse, request: IncomingMessage) => void;

export interface Received {
  /** Method, path and query. */
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Script =>
  (response) =>
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));

export const problem = (status: number, type: string, more: object = {}, headers = {}): Script =>
  json(
    status,
    { type: `/problems/${type}`, title: 'A title', status, detail: 'A detail', ...more },
    { 'Content-Type': 'application/problem+json', ...headers },
  );

/** Takes the request, then breaks the connection. */
export const hangUp: Script = (response) => response.destroy();

/** Begins a stream of server-sent events; `then` goes on with it. */
export const stream =
  (head: string, then: Script = () => undefined, headers = {}): Script =>
  (response, request) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', ...headers }).write(head);
    then(response, request);
  };

export interface ScriptedServer {
  readonly url: string;
  readonly received: ReadonlyArray<Received>;
  readonly stop: () => Promise<void>;
}

/** A server that answers one request after the other as the scripts say, and all further ones as the last of them. */
export const startScripted = async (...scripts: readonly [Script, ...Script[]]): Promise<ScriptedServer> => {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const script = scripts[Math.min(received.length, scripts.length - 1)];
    const { method, url, headers } = request;
    const entry = { line: `${method} ${url}`, headers, body: '' };
    received.push(entry);
    void text(request).then((body) => {
      entry.body = body;
      script?.(response, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
