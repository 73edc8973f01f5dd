import type { Server, ServerResponse } from 'node:http';

/**
 * Makes a server stoppable: open requests finish, a kept-alive connection ends with its request instead of waiting for
 * the client to go, and what is left after `timeout` milliseconds (half-sent requests, silent connections) is cut.
 */
export const gracefulStop = (server: Server, timeout: number): (() => Promise<void>) => {
  const open = new Set<ServerResponse>();
  let stopping: Promise<void> | undefined;

  server.on('request', (_, response) => {
    open.add(response);
    if (stopping !== undefined) response.setHeader('Connection', 'close');
    response.once('close', () => {
      open.delete(response);
      if (stopping !== undefined) server.closeIdleConnections();
    });
  });

  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      const cut = setTimeout(() => server.closeAllConnections(), timeout);
      server.close(() => {
        clearTimeout(cut);
        resolve();
      });
      for (const response of open) if (!response.headersSent) response.setHeader('Connection', 'close');
    });

  return () => (stopping ??= stop());
};
