import { createServer, type Server } from 'node:http';
import { SERVER_VERSION } from '../discovery/version.ts';

const INFO = JSON.stringify({
  esVersion: SERVER_VERSION,
  state: 'leader',
  features: { projections: false, userManagement: false, atomPub: false },
  authentication: { type: 'insecure', properties: {} },
});

/** The two pages of the real server's HTTP interface that start-up scripts and health checks ask for. */
export const createHttpApi = (): Server =>
  createServer((request, response) => {
    const path = request.url?.split('?')[0];
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (isRead && path === '/health/live') response.writeHead(204).end();
    else if (isRead && path === '/info') response.writeHead(200, { 'content-type': 'application/json' }).end(INFO);
    else
      response.writeHead(404, { 'content-type': 'text/plain' }).end('This node answers /health/live and /info only.\n');
  });
