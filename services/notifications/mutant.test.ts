import { afterEach, describe, expect, it } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { Deferred, Unavailable } from '../../eventstore/faults.ts';
import { until } from '../../tests/fixtures/until.ts';
import { createPost, type Envelope, type PostOptions } from './mutant.ts';

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

const refuseWith = (code: number, text = 'no') =>
  Object.assign(new Error(text), { responseCode: code }) satisfies Error;

const atRcptTo = (code: number, text?: string): SMTPServerOptions => ({
  onRcptTo: (_, __, done) => done(refuseWith(code, text)),
});
const atData = (code: number, text?: string): SMTPServerOptions => ({
  onData: (stream, _, done) => {
    stream.on('end', () => done(refuseWith(code, text))).resume();
  },
});

/** A server that answers the letters it has got only when the test says so. */
const holding = () => {
  const held: Array<() => void> = [];
  const behaviour: SMTPServerOptions = {
    onData: (stream, _, done) => {
      stream.on('end', () => held.push(done)).resume();
    },
  };
  return { behaviour, held };
};

/**
 * A server that keeps its first connection busy instead of answering DATA, every 50 ms, which no time-out of a socket
 * notices. It answers DATA on any other as soon as the first is cut.
 */
const givenStalling = async () => {
  const heard: string[] = [];
  let stalled = 0;
  const first = new EventEmitter();
  const firstIsCut = once(first, 'cut');
  const stall = (socket: Socket): void => {
    const timer = setInterval(() => {
      stalled += 1;
      socket.write('354-wait\r\n');
    }, 50);
    socket.on('close', () => {
      clearInterval(timer);
      first.emit('cut');
    });
  };
  const server = createServer((socket) => {
    const nth = heard.push('') - 1;
    socket.on('error', () => undefined).write('220 ready\r\n');
    socket.on('data', (chunk) => {
      heard[nth] += chunk.toString();
      const isData = chunk.toString() === 'DATA\r\n';
      if (isData && nth === 0) stall(socket);
      else if (isData) void firstIsCut.then(() => socket.write('354 go on\r\n'));
      else if (!heard[nth]?.includes('DATA\r\n') || heard[nth].endsWith('\r\n.\r\n')) socket.write('250 yes\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { smtpUrl: `smtp://127.0.0.1:${port}`, heard, stalled: () => stalled };
};

const running = new AbortController().signal;

const inTime = () => Date.now() + 60_000;

describe('post', () => {
  it('hands the letter over with its Message-ID and the headers that mail rules look for', async () => {
    const { post, received } = await given({});
    expect(await post.send(letter, envelope, inTime(), running)).toEqual({ kind: 'sent' });
    expect(received).toHaveLength(1);
    expect(received[0]).toContain('Message-ID: <1.happiness@orderflow>');
    expect(received[0]).toContain('X-Order-Id: 1');
    expect(received[0]).toContain('X-Order-Status: Paid');
    expect(received[0]).toContain('Content-Type: text/html');
  });

  it.each([
    ['the recipient', 550, atRcptTo(550)],
    ['the recipient, with an enhanced code', 554, atRcptTo(554, '5.1.1 no such mailbox')],
    ['the letter', 552, atData(552, '5.3.4 too big')],
  ])('reports that %s is refused for good', async (_, code, behaviour) => {
    const { post } = await given(behaviour);
    expect(await post.send(letter, envelope, inTime(), running)).toEqual({ kind: 'refused', code });
  });

  it.each([
    ['the recipient', atRcptTo(450)],
    ['the recipient by greylisting', atRcptTo(451, '4.7.1 try again later')],
    ['the letter', atData(452, '4.3.1 mailbox full')],
  ])('lets the letter wait, and no other, when the server puts off %s', async (_, behaviour) => {
    const { post } = await given(behaviour);
    await expect(post.send(letter, envelope, inTime(), running)).rejects.toBeInstanceOf(Deferred);
  });

  it.each<[string, SMTPServerOptions]>([
    ['refuses us as the sender', { onMailFrom: (_, __, done) => done(refuseWith(550)) }],
    ['puts us off as the sender', { onMailFrom: (_, __, done) => done(refuseWith(450)) }],
    ['denies us relaying', atRcptTo(554, '5.7.1 relay access denied')],
    ['denies us relaying, without an enhanced code', atRcptTo(554, 'relay access denied')],
    ['blocks us', atRcptTo(550, '5.7.1 blocked')],
    ['blocks us at the end of the letter', atData(550, '5.7.26 unauthenticated')],
    ['goes away', atRcptTo(421)],
    ['does not answer', { onMailFrom: () => undefined }],
  ])('counts mail as away when the server %s', async (_, behaviour) => {
    const { post } = await given(behaviour);
    await expect(post.send(letter, envelope, inTime(), running)).rejects.toBeInstanceOf(Unavailable);
  });

  it('counts mail as away when nobody listens', async () => {
    const unused = createServer().listen(0, '127.0.0.1');
    await once(unused, 'listening');
    const { port } = unused.address() as AddressInfo;
    unused.close();
    await once(unused, 'close');
    const post = createPost({ smtpUrl: `smtp://127.0.0.1:${port}`, from: 'orders@example.com', timeout: 500 });
    closing.push(() => post.close());
    await expect(post.send(letter, envelope, inTime(), running)).rejects.toBeInstanceOf(Unavailable);
    await expect(post.probe()).rejects.toBeInstanceOf(Unavailable);
  });

  it('sends nothing that could not be answered before the deadline', async () => {
    const { post, received } = await given({});
    await expect(post.send(letter, envelope, Date.now() + 100, running)).rejects.toThrow('mail is away: too slow');
    expect(received).toEqual([]);
  });

  it('lets in whom the server lets in', async () => {
    const { post } = await given({});
    await expect(post.probe()).resolves.toBeUndefined();
  });

  it('begins no letter once it is stopping, and finishes the one on its way', async () => {
    const { behaviour, held } = holding();
    const { post } = await given(behaviour, { connections: 1, timeout: 5_000 });
    const ending = new AbortController();
    const onItsWay = post.send(letter, envelope, inTime(), ending.signal);
    const waiting = post.send(letter, envelope, inTime(), ending.signal);
    const notBegun = expect(waiting).rejects.toThrow('mail is away: stopping');
    await until('a letter is on its way', () => held.length === 1);
    ending.abort();
    held[0]?.();
    expect(await onItsWay).toEqual({ kind: 'sent' });
    await notBegun;
    expect(held).toHaveLength(1);
  });

  it('hands a letter over once when its answer comes too late, and cuts its connection', async () => {
    const { behaviour, held } = holding();
    let cut = 0;
    const onClose = () => (cut += 1);
    const { post } = await given({ ...behaviour, onClose });
    await expect(post.send(letter, envelope, inTime(), running)).rejects.toThrow('no answer within 500 ms');
    await until('its connection is cut', () => cut === 1);
    held[0]?.();
    const next = post.send(letter, envelope, inTime(), running);
    await until('the next letter is on its way', () => held.length > 1);
    held[1]?.();
    expect(await next).toEqual({ kind: 'sent' });
    expect(held).toHaveLength(2);
  });

  it('cuts the connection of a letter that it gave up before it lets it go out later, and no other', async () => {
    const { smtpUrl, stalled, heard } = await givenStalling();
    const post = createPost({ smtpUrl, from: 'orders@example.com', timeout: 1_000 });
    closing.push(() => post.close());
    const givenUp = expect(post.send(letter, envelope, inTime(), running)).rejects.toThrow('no answer within 1000 ms');
    await until('half of its time is over', () => stalled() >= 10);
    const other = post.send(letter, envelope, inTime(), running);
    await givenUp;
    expect(await other).toEqual({ kind: 'sent' });
    expect(heard[0]).toMatch(/DATA\r\n$/);
    expect(heard[1]).toContain('Good news');
    expect(heard).toHaveLength(2);
  });
});
