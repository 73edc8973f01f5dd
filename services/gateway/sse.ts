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

/** Heartbeats for which a connection may take nothing of what waits for it. */
const patience = 2;

/** Cuts a body whose reader has had no room for that long: whatever it is piped into pauses it then. @returns the end of it. */
const cutWhenStuck = (body: PassThrough, heartbeat: number): (() => void) => {
  let timer: NodeJS.Timeout | undefined;
  const stuck = new Error(`Expected the client to read within ${patience * heartbeat} ms, found that it does not`);
  body.on('pause', () => {
    clearTimeout(timer);
    timer = setTimeout(() => body.destroy(stuck), patience * heartbeat);
  });
  body.on('resume', () => clearTimeout(timer));
  return () => clearTimeout(timer);
};

/**
 * The body of an answer that tells events as they come, and now and then a comment. An event is asked for when the client
 * has room for it, so that little is held for one that reads slowly, and one that reads nothing is cut.
 *
 * Only what no longer fits into the buffers of the system, here and there, shows that nobody reads: that may be megabytes,
 * and heartbeats alone never fill them. A peer that has vanished is found out sooner if nothing is on its way to it, by the
 * keep-alive of TCP; otherwise when the system gives up sending again, which takes it a quarter of an hour. A stream that
 * its longest time has ended is held no longer than that either.
 *
 * By hand: the libraries for this write whether or not anybody reads, so that what they hold grows without end.
 */
export const sseBody = (events: AsyncIterable<ServerSentEvent>, options: SseOptions): Readable => {
  const body = new PassThrough();
  const beat = setInterval(() => {
    if (!body.writableNeedDrain && !body.writableEnded) body.write(': alive\n\n');
  }, options.heartbeat);
  const letGo = cutWhenStuck(body, options.heartbeat);
  body.once('close', () => {
    clearInterval(beat);
    letGo();
  });
  body.write(opening(options));
  // Whatever fails on either side destroys both: the answer is cut off, and its client resumes.
  pipeline(Readable.from(rendered(events)), body, () => undefined);
  return body;
};
