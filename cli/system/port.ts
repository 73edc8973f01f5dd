import { once } from 'node:events';
import { createServer } from 'node:net';
import * as t from 'io-ts';
import { Failure } from '../failure.ts';

/** Makes sure that nobody listens there. @throws Failure that says what to do. */
export const checkPort = async (host: string, port: number): Promise<void> => {
  const server = createServer().listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw portFailure(error) ?? error;
  }
  server.close();
  await once(server, 'close');
};

/** https://nodejs.org/api/net.html#serverlisten and the codes of bind(2). */
const ListenError = t.intersection([
  t.type({ syscall: t.literal('listen'), code: t.string, address: t.string }),
  t.partial({ port: t.number }),
]);

const advice: Readonly<Partial<Record<string, (where: string) => string>>> = {
  EADDRINUSE: (where) =>
    `Another program listens on ${where} already. Stop it, or choose another port with --port (0 is any free one).`,
  EACCES: (where) => `Only root may listen on ${where}. Choose a port above 1023 with --port.`,
  EADDRNOTAVAIL: (where) => `Cannot listen on ${where}: this machine has no such address. Check HOST.`,
};

/** What the user can do about an error of `listen`; undefined for any other error. */
export const portFailure = (error: unknown): Failure | undefined => {
  if (!ListenError.is(error)) return undefined;
  const { code, address, port } = error;
  const where = port === undefined ? address : `port ${port} of ${address}`;
  return new Failure(advice[code]?.(where) ?? `Cannot listen on ${where} (${code}).`, { cause: error });
};
