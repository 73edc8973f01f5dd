import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTransport, type SendMailOptions } from 'nodemailer';
import type { Letter, LetterSummary } from './letter.ts';
import { startMailbox, type Mailbox, type MailboxOptions } from './mailbox.ts';

const paid: SendMailOptions = {
  from: 'Shop <shop@example.com>',
  to: 'Zoë <Zoe@example.com>',
  subject: 'Your order is paid ✓',
  text: 'Thank you, Zoë',
  html: '<b>Thank you</b><script>alert(1)</script>',
  headers: { 'X-Order-Id': 'order-1', 'X-Order-Status': 'Paid' },
};

describe('the mailbox', () => {
  let data = '';
  let mailbox: Mailbox;
  const start = async (options: Partial<MailboxOptions> = {}): Promise<void> => {
    mailbox = await startMailbox({ data, ...options });
  };
  const send = async (...letters: SendMailOptions[]): Promise<void> => {
    const transport = createTransport({ url: mailbox.smtpUrl, pool: true, maxConnections: 1 });
    for (const letter of letters) await transport.sendMail(letter);
    transport.close();
  };
  const get = async <T>(path: string): Promise<T> => (await (await fetch(`${mailbox.url}${path}`)).json()) as T;
  const subjects = async (query: string): Promise<string[]> =>
    (await get<LetterSummary[]>(`/letters?${query}`)).map(({ subject }) => subject);
  const numbered = (count: number): SendMailOptions[] =>
    Array.from({ length: count }, (_, index) => ({ ...paid, subject: String(index + 1) }));

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'orderflow-mailbox-'));
    await start();
  });
  afterEach(async () => {
    await mailbox.stop();
    await rm(data, { recursive: true });
  });

  it('lists a letter with what mail rules and people look at', async () => {
    await send(paid);
    expect(await get('/letters')).toEqual([
      {
        id: 1,
        receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        from: '"Shop" <shop@example.com>',
        to: ['zoe@example.com'],
        subject: 'Your order is paid ✓',
        messageId: expect.stringMatching(/^<.+@example.com>$/),
        headers: { 'X-Order-Id': 'order-1', 'X-Order-Status': 'Paid' },
      },
    ]);
  });

  it('shows a letter with its text, HTML and every header', async () => {
    await send(paid);
    const letter = await get<Letter>('/letters/1');
    expect(letter).toMatchObject({ id: 1, text: 'Thank you, Zoë', html: paid.html });
    expect(letter.headerLines).toContain('To: =?UTF-8?Q?Zo=C3=AB?= <Zoe@example.com>');
    expect(await (await fetch(`${mailbox.url}/letters/1/source`)).text()).toContain('X-Order-Status: Paid\r\n');
  });

  it('shows a letter without any header', async () => {
    const transport = createTransport(mailbox.smtpUrl);
    await transport.sendMail({ envelope: { from: 'a@example.com', to: 'b@example.com' }, raw: 'no headers' });
    transport.close();
    expect(await get('/letters/1')).toMatchObject({ subject: '', from: '', messageId: null, to: ['b@example.com'] });
  });

  it('finds letters by order and by address, newest first', async () => {
    const forOrder = (id: string, to: string, subject: string) => ({
      ...paid,
      to,
      subject,
      headers: { 'X-Order-Id': id },
    });
    await send(forOrder('a', 'ann@x.org', '1'), forOrder('b', 'ann@x.org', '2'), forOrder('a', 'bob@x.org', '3'));
    expect(await subjects('order=a')).toEqual(['3', '1']);
    expect(await subjects('to=ANN@x.org')).toEqual(['2', '1']);
    expect(await subjects('order=a&to=bob@x.org')).toEqual(['3']);
    expect(await subjects('order=A')).toEqual([]);
    expect(await subjects('to=x.org')).toEqual([]);
  });

  it('takes ids of any length', async () => {
    const id = 'é'.repeat(400);
    await send({ envelope: { from: 'a@x.org', to: 'b@x.org' }, raw: `X-Order-Id: ${id}\r\nSubject: long\r\n\r\n` });
    expect(await subjects(`order=${encodeURIComponent(id)}`)).toEqual(['long']);
  });

  it('gives page after page', async () => {
    await send(...numbered(5));
    expect(await subjects('limit=2')).toEqual(['5', '4']);
    expect(await subjects('limit=2&before=4')).toEqual(['3', '2']);
    expect(await subjects('limit=2&before=2&order=order-1')).toEqual(['1']);
    expect(await subjects('before=1')).toEqual([]);
  });

  it.each(['limit=0', 'limit=many', 'limit=501', 'before=-1', 'before=1.5'])('refuses ?%s', async (query) => {
    const answer = await fetch(`${mailbox.url}/letters?${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toMatch('must be a whole number from 1 to');
  });

  it('says which letter there is not', async () => {
    for (const id of ['7', 'x', '99999999999999999999']) {
      const answer = await fetch(`${mailbox.url}/letters/${id}`);
      expect([answer.status, await answer.text()]).toEqual([404, `There is no letter ${id}.`]);
    }
  });

  it('counts letters that came twice', async () => {
    await send({ ...paid, messageId: '<a@x>' }, { ...paid, messageId: '<b@x>' }, { ...paid, messageId: '<a@x>' });
    expect(await get('/count')).toEqual({ received: 3, kept: 3, distinctMessageIds: 2, duplicates: 1 });
  });

  it('drops the oldest letters beyond its bound, and counts them still', async () => {
    await mailbox.stop();
    await start({ keep: 3 });
    await send(...numbered(7));
    expect(await subjects('')).toEqual(['7', '6', '5']);
    expect(await subjects('order=order-1')).toEqual(['7', '6', '5']);
    expect(await get('/count')).toEqual({ received: 7, kept: 3, distinctMessageIds: 3, duplicates: 0 });
  });

  it('uses the space of dropped letters again', async () => {
    await mailbox.stop();
    await start({ keep: 2 });
    const large = { ...paid, text: 'x'.repeat(200_000) };
    await send(...Array.from({ length: 10 }, () => large));
    const { size } = await stat(join(data, 'letters.mdb'));
    await send(...Array.from({ length: 30 }, () => large));
    expect((await stat(join(data, 'letters.mdb'))).size).toBeLessThanOrEqual(size);
  });

  it('forgets all letters when told to, but not how many there were', async () => {
    await send(...numbered(2));
    expect((await fetch(`${mailbox.url}/letters`, { method: 'DELETE' })).status).toBe(204);
    await send(paid);
    expect((await get<LetterSummary[]>('/letters')).map(({ id }) => id)).toEqual([3]);
    expect(await get('/count')).toMatchObject({ received: 3, kept: 1 });
  });

  it('keeps its letters over a restart', async () => {
    await send(...numbered(2));
    await mailbox.stop();
    await mailbox.stop();
    await start();
    expect(await subjects('')).toEqual(['2', '1']);
    expect(await get('/count')).toMatchObject({ received: 2 });
  });

  it('refuses a letter over 10 MiB for good, and takes the next', async () => {
    const socket = createConnection(Number(new URL(mailbox.smtpUrl).port), '127.0.0.1');
    const answers = createInterface({ input: socket })[Symbol.asyncIterator]();
    const say = async (line: string): Promise<string> => {
      socket.write(`${line}\r\n`);
      return String((await answers.next()).value);
    };
    await answers.next();
    const deliver = async (body: string): Promise<string> => {
      for (const line of ['MAIL FROM:<a@x.org>', 'RCPT TO:<b@x.org>', 'DATA']) await say(line);
      return say(`${body}\r\n.`);
    };
    await say('HELO x');
    expect(await deliver('x'.repeat(11 * 1024 * 1024))).toMatch(/^552 /);
    expect(await deliver('Subject: small\r\n\r\nx')).toBe('250 Kept as letter 1');
    socket.destroy();
  });

  it('is alive and ready', async () => {
    expect((await fetch(`${mailbox.url}/health/live`)).status).toBe(204);
    expect((await fetch(`${mailbox.url}/health/ready`)).status).toBe(200);
  });

  it('shows strangers’ words as words, on a page that can run none of them', async () => {
    await send({ ...paid, subject: '<img src=x onerror=alert(1)>', headers: { 'X-Order-Status': '"><script>' } });
    const page = await fetch(`${mailbox.url}/?letter=1`);
    const text = await page.text();
    expect(text).toContain('&#60;img src=x onerror=alert(1)&#62;');
    expect(text).not.toMatch(/<img|"><script>|unsafe/);
    expect(text).toContain('<iframe sandbox');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
  });

  it('gives HTML letters no origin, no script and no network', async () => {
    await send(paid);
    const letter = await fetch(`${mailbox.url}/letters/1/html`);
    expect(await letter.text()).toBe(paid.html);
    expect(letter.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none';/);
    expect(letter.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('names a port that is taken, and gives the folder up', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await mailbox.stop();
    await expect(start({ httpPort: port })).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken`);
    await expect(start({ smtpPort: port })).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken`);
    await start();
    server.close();
  });

  it('refuses a folder that is in use, naming the process, whose letters stay in reach', async () => {
    await send(paid);
    await expect(startMailbox({ data })).rejects.toThrow(`${data} is in use by process ${process.pid}`);
    await send(paid);
    expect(await get('/count')).toMatchObject({ kept: 2 });
  });
});
