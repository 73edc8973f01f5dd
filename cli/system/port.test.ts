import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { checkPort } from './port.ts';

describe('checking a port', () => {
  it('passes while nobody listens there, and leaves it free', async () => {
    await checkPort('127.0.0.1', 0);
  });

  it('names the port that is taken and says what to do', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(checkPort('127.0.0.1', port)).rejects.toThrow(
      `Another program listens on port ${port} of 127.0.0.1 already. Stop it, or choose another port with --port`,
    );
    server.close();
    await once(server, 'close');
  });

  it('says when the machine has no such address', async () => {
    await expect(checkPort('203.0.113.1', 0)).rejects.toThrow('this machine has no such address. Check HOST.');
  });
});
