import { PassThrough, pipeline, Readable } from 'node:stream';

/** One server-sent event. https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface ServerSentEvent {
  /** What a client gives back as `Last-Event-ID`; without line breaks, as is `type`. */
  readonly id: string;
  readonly type: string;
  /** Sent as JSON, which has no line breaks either. */
  readonly data: object;
}

export interface SseOptions {
  /** Milliseconds between two signs of life, which keep proxies from closing the connection. */
  readonly heartbeat: number;
  /** Milliseconds that a client should let pass before it connects again. */
  readonly retry: number;
  /** The `Last-Event-ID` of a client that loses the connection before any event has come. */
  readonly id: string | undefined;
}

const render = ({ id, type, data }: ServerSentEvent): string =>
  `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;

const opening = ({ retry, id }: SseOptions): string => `retry: ${retry}\n${id === undefined ? '' : `id: ${id}\n`}\n`;

async function* rendered(events: AsyncIterable<ServerSentEvent>): AsyncGenerator<string, void, undefined> {
  for await (const event of events) yield render(event);
}

/**
 * The body of an answer that tells events as they come, and now and then a comment. An event is asked for when the client
 * has room for it, so that little is held for one that reads slowly, or never: such a client is cut by the server.
 * By hand: the libraries for this write whether or not anybody reads, so that what they hold grows without end.
 */
export const sseBody = (events: AsyncIterable<ServerSentEvent>, options: SseOptions): Readable => {
  const body = new PassThrough();
  const beat = setInterval(() => {
    if (!body.writableNeedDrain && !body.writableEnded) body.write(': alive\n\n');
  }, options.heartbeat);
  body.once('close', () => clearInterval(beat));
  body.write(opening(options));
  // Whatever fails on either side destroys both: the answer is cut off, and its client resumes.
  pipeline(Readable.from(rendered(events)), body, () => undefined);
  return body;
};
