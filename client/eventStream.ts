import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { HTTPError, type Got, type Request as Stream, type Response } from 'got';
import { text } from 'node:stream/consumers';
import { Position } from '../api/answers.ts';
import type { RawAnswer } from './answer.ts';

/** What a stream of server-sent events tells. https://html.spec.whatwg.org/multipage/server-sent-events.html */
export type Told =
  | { readonly kind: 'event'; readonly message: EventSourceMessage }
  /** How many milliseconds to wait before connecting again. */
  | { readonly kind: 'retry'; readonly milliseconds: number };

/** What the gateway answers to whoever asks for a stream: the stream, or anything else, whole. */
export type Opened =
  | { readonly kind: 'stream'; readonly position: string | undefined; readonly told: AsyncIterable<Told> }
  | { readonly kind: 'other'; readonly answer: RawAnswer };

export interface StreamRequest {
  readonly path: string;
  /** Where to go on: the id of the last event that is known. */
  readonly lastEventId: string | undefined;
  /** Milliseconds until the head must have come. */
  readonly timeout: number;
  /** Milliseconds without any byte, heartbeats included, after which the connection counts as broken. */
  readonly silence: number;
  readonly signal: AbortSignal | undefined;
}

/** Resolves with a stream once its head has come, made anew by got for as often as it may be tried again. */
const withHead = (stream: Stream): Promise<readonly [Stream, Response]> =>
  new Promise((resolve, reject) => {
    const again = (_count: number, _error: unknown, retried: () => Stream): void => resolve(withHead(retried()));
    stream.once('retry', again);
    // Stays, so that what fails before anybody reads is not thrown into the void; readers hear of it as well.
    stream.on('error', reject);
    stream.once('response', (response: Response) => {
      // From here on whoever reads decides how to go on.
      stream.off('retry', again);
      resolve([stream, response]);
    });
  });

async function* toldBy(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Told, void, undefined> {
  const told: Told[] = [];
  const parser = createParser({
    onEvent: (message) => told.push({ kind: 'event', message }),
    onRetry: (milliseconds) => told.push({ kind: 'retry', milliseconds }),
  });
  const decoder = new TextDecoder();
  for await (const chunk of bytes) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* told.splice(0);
  }
}

const isEventStream = ({ headers, statusCode }: Response): boolean =>
  statusCode === 200 && headers['content-type']?.startsWith('text/event-stream') === true;

/** Where the stream begins, where it says so. */
const positionOf = ({ headers }: Response): string | undefined =>
  Position.is(headers['log-position']) ? headers['log-position'] : undefined;

/** Asks for a stream. @throws what got throws when nobody answers; so does reading it when the connection breaks. */
export const openStream = async (http: Got, request: StreamRequest): Promise<Opened> => {
  const { path, lastEventId, timeout, silence, signal } = request;
  const resume = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const headers = { accept: 'text/event-stream', ...resume };
  try {
    const stream = http.stream(path, { headers, signal, timeout: { response: timeout, socket: silence } });
    const [body, response] = await withHead(stream);
    if (isEventStream(response)) return { kind: 'stream', position: positionOf(response), told: toldBy(body) };
    const { statusCode } = response;
    return { kind: 'other', answer: { statusCode, headers: response.headers, body: await text(body) } };
  } catch (error) {
    if (error instanceof HTTPError) return { kind: 'other', answer: error.response };
    throw error;
  }
};
