import { once } from 'node:events';
import { createServer } from 'node:net';
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

/** What the user can do about an error of `listen`; undefined for any other error. */
export const portFailure = (error: unknown): Failure | undefined => {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error && 'port' in error)) return undefined;
  if (error.syscall !== 'listen') return undefined;
  const where = `${'address' in error ? String(error.address) : 'this machine'}, port ${String(error.port)}`;
  const what = error.code === 'EADDRINUSE' ? 'another program listens there already' : error.message;
  return new Failure(
    `Cannot listen on ${where}: ${what}. Stop that program, or choose another port with --port (0 is any free one).`,
    { cause: error },
  );
};
