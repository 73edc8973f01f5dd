import type { ProcessSpec } from './supervise.ts';

/**
 * A process as small as can be: answers `/health/live` on a port it keeps, tells that it is ready, writes a line when it
 * is told to stop, and misbehaves as asked.
 */
const script = `
const { createServer } = require('node:http');
const [port, vice] = process.argv.slice(1);
if (vice === 'never-starts') { console.log('cannot start'); process.exit(3); }
const server = createServer((request, response) => {
  if (request.url === '/die') process.kill(process.pid, 'SIGKILL');
  if (request.url === '/hang') for (;;);
  response.writeHead(204).end();
});
const stop = (why) => {
  console.log('stopping ' + why);
  if (vice !== 'never-stops') process.exit(0);
};
process.on('SIGTERM', () => stop('by SIGTERM'));
process.on('disconnect', () => stop('alone'));
server.listen(Number(port), '127.0.0.1', () => {
  const url = 'http://127.0.0.1:' + server.address().port;
  if (vice !== 'never-ready') process.send({ health: url, addresses: { url } });
});
`;

export type Vice = 'never-starts' | 'never-ready' | 'never-stops';

export const testProcess = (name: string, vice?: Vice): ProcessSpec => ({
  name,
  command: (before) => [
    process.execPath,
    '-e',
    script,
    before?.url === undefined ? '0' : new URL(before.url).port,
    vice ?? 'none',
  ],
  environment: process.env,
});
