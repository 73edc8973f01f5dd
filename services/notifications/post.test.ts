import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { Unavailable } from '../../eventstore/faults.ts';
import { createPost, type Envelope, type PostOptions } from './post.ts';

const envelope: Envelope = {
  to: { name: 'Alice', address: 'alice@example.com' },
  messageId: '<1.happiness@orderflow>',
  headers: { 'X-Order-Id': '1', 'X-Order-Status': 'Paid' },
};
const letter = { subject: 'Paid', text: 'Good news', html: '<p>Good news</p>' };

const closing: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A mail server that behaves as the test says, and a post that goes through it. */
const given = async (behaviour: SMTPServerOptions, options: Partial<PostOptions> = {}) => {
  const received: string[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        received.push(Buffer.concat(chunks).toString());
        done();
      });
    },
    ...behaviour,
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  const post = createPost({
    smtpUrl: `smtp://127.0.0.1:${port}`,
    from: 'orders@example.com',
    timeout: 500,
    ...options,
  });
  closing.push(
    () => post.close(),
    () => new Promise<void>((resolve) => server.close(resolve)),
  );
  return { post, received };
};

const refuseWith = (code: number) => Object.assign(new Error(`answer ${code}`), { responseCode: code }) satisfies Error;

const inTime = () => Date.now() + 60_000;

describe('post', () => {
  it('hands the letter over with its Message-ID and the headers that mail rules look for', async () => {
    const { post, received } = await given({});
    expect(await post.send(letter, envelope, inTime())).toEqual({ kind: 'sent' });
    expect(received).toHaveLength(1);
    expect(received[0]).toContain('Message-ID: <1.happiness@orderflow>');
    expect(received[0]).toContain('X-Order-Id: 1');
    expect(received[0]).toContain('X-Order-Status: Paid');
    expect(received[0]).toContain('Content-Type: text/html');
  });

  it('reports a recipient that is refused for good', async () => {
    const { post } = await given({ onRcptTo: (_, __, done) => done(refuseWith(550)) });
    expect(await post.send(letter, envelope, inTime())).toEqual({ kind: 'refused', code: 550 });
  });

  it.each([
    [
      'puts the recipient off',
      { onRcptTo: (_: unknown, __: unknown, done: (e: Error) => void) => done(refuseWith(450)) },
    ],
    [
      'refuses us as the sender',
      { onMailFrom: (_: unknown, __: unknown, done: (e: Error) => void) => done(refuseWith(550)) },
    ],
    ['does not answer', { onMailFrom: () => undefined }],
  ])('counts mail as away when the server %s', async (_, behaviour) => {
    const { post } = await given(behaviour);
    await expect(post.send(letter, envelope, inTime())).rejects.toBeInstanceOf(Unavailable);
  });

  it('counts mail as away when nobody listens', async () => {
    const unused = createServer().listen(0, '127.0.0.1');
    await once(unused, 'listening');
    const { port } = unused.address() as AddressInfo;
    unused.close();
    await once(unused, 'close');
    const post = createPost({ smtpUrl: `smtp://127.0.0.1:${port}`, from: 'orders@example.com', timeout: 500 });
    closing.push(() => post.close());
    await expect(post.send(letter, envelope, inTime())).rejects.toBeInstanceOf(Unavailable);
    await expect(post.probe()).rejects.toBeInstanceOf(Unavailable);
  });

  it('sends nothing that could not be answered before the deadline', async () => {
    const { post, received } = await given({});
    await expect(post.send(letter, envelope, Date.now() + 100)).rejects.toThrow('mail is away: too slow');
    expect(received).toEqual([]);
  });

  it('lets in whom the server lets in', async () => {
    const { post } = await given({});
    await expect(post.probe()).resolves.toBeUndefined();
  });
});
