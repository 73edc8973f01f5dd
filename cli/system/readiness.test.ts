import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { untilReady } from './readiness.ts';

let server: Server;
afterEach(() => void server.close());

/** Answers with each of the statuses once, then with the last one. */
const serve = async (...statuses: ReadonlyArray<number>): Promise<string> => {
  let asked = 0;
  server = createServer((_, response) => {
    response.writeHead(statuses[Math.min(asked++, statuses.length - 1)] ?? 500).end('{"orders":{"ok":false}}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

describe('waiting for a process', () => {
  it('ends when it says that it is ready', async () => {
    await expect(untilReady('projections', await serve(503, 503, 200), 10_000)).resolves.toBeUndefined();
  });

  it('says what is missing when that takes too long', async () => {
    await expect(untilReady('projections', await serve(503), 300)).rejects.toThrow(
      'projections is not ready after 300 ms: {"orders":{"ok":false}}',
    );
  });
});
