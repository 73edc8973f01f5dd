import { Agent, request, type IncomingMessage } from 'node:http';
import { randomUUID } from 'node:crypto';

/** A connection for each request: one kept for the next could be closed by the server at the very moment it is used again. */
const agent = new Agent({ keepAlive: false });

export interface Answered {
  readonly status: number;
  readonly body: unknown;
  /** When the whole answer was here: milliseconds since the Unix epoch. */
  readonly at: number;
}

interface Sent {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly token: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** Milliseconds since the Unix epoch, in fractions. */
export const now = (): number => performance.timeOrigin + performance.now();

const open = ({ method, url, token, headers, body }: Sent): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const sent = request(url, {
      method,
      agent,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
    });
    sent.once('response', resolve).on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });

export const send = async (sent: Sent): Promise<Answered> => {
  const answer = await open(sent);
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return { status: answer.statusCode ?? 0, body: text === '' ? undefined : JSON.parse(text), at: now() };
};

/** Reads an event stream to its end; the names of the events that came. */
export const watch = async (url: string, token: string): Promise<{ status: number; events: string[] }> => {
  const answer = await open({ method: 'GET', url, token, headers: { Accept: 'text/event-stream' } });
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  const events = [...text.matchAll(/^event: ?(.+)$/gm)].map(([, name = '']) => name);
  return { status: answer.statusCode ?? 0, events };
};

const items = [{ sku: 'teapot', quantity: 1, unitPrice: 100 }];

/** Places an order of 1.00 EUR and waits up to `wait` seconds for its end. */
export const order = (gateway: string, user: string, token: string, wait: number, key: string = randomUUID()) =>
  send({
    method: 'POST',
    url: `${gateway}/orders`,
    token,
    headers: { 'Idempotency-Key': key, ...(wait > 0 && { Prefer: `wait=${wait}` }) },
    body: { userId: user, currency: 'EUR', items },
  });
