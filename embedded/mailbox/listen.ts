import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';

/**
 * Listens, on a free port when 0 is given, and returns the port.
 * @throws when the port is taken, naming it.
 */
export async function listen(server: Server, port: number, host: string, what: string): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new Error(`Port ${port} on ${host} is taken. Stop what listens there, or give ${what} another port.`, {
      cause,
    });
  }
  return (server.address() as AddressInfo).port;
}
