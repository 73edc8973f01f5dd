import * as E from 'fp-ts/lib/Either.js';
import { RequestError, type Got } from 'got';
import { setTimeout as delay } from 'node:timers/promises';
import type { Problem } from '../api/answers.ts';
import { decodeAnswer, parseJson, problemIn, unexpected, type Each, type RawAnswer } from './answer.ts';
import { openStream, type Told } from './eventStream.ts';
import { unanswered } from './http.ts';
import type { NewestPosition } from './newestPosition.ts';
import type { WatchOptions } from './options.ts';
import { passing } from './retrying.ts';
import { StoryEvent } from './story.ts';

export interface WatchSettings {
  /** Milliseconds until the head of a stream must have come. */
  readonly timeout: number;
  /** Milliseconds without a byte after which a connection counts as broken; longer than the gateway's heartbeats are apart. */
  readonly silence: number;
  /** Milliseconds from the end of a connection to the next, unless the gateway says otherwise. */
  readonly reconnectAfter: number;
}

/** What was told instead of events: that nothing more can come, or a problem. */
const ending = (what: string, answer: RawAnswer): ReadonlyArray<E.Either<Problem, never>> => {
  if (answer.statusCode === 204) return [];
  const problem = problemIn(what, answer);
  if (problem === undefined) throw unexpected(what, 'an event stream, 204 or a problem', answer);
  return [E.left(problem)];
};

/** What is told until the connection ends or breaks: either way, the next one begins where this one stopped. */
async function* untilBroken(told: AsyncIterable<Told>): AsyncGenerator<Told, void, undefined> {
  try {
    yield* told;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
  }
}

/** Whether the same may be had later: once a stream was open, that is a broken connection like any other. */
const isTemporary = ({ statusCode }: RawAnswer): boolean => passing.includes(statusCode);

/** Milliseconds: nobody waits longer than this before looking again whether the gateway is back. */
const longestPause = 30_000;

const pauseFor = (milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
  delay(milliseconds, undefined, { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });

/** What is watched. */
export interface Watched {
  readonly path: string;
  /** Whether the stream begins with what comes, and not with what has been. */
  readonly fromNow: boolean;
  /** Whether nothing can come after an event. */
  readonly isLast: (event: StoryEvent) => boolean;
}

/**
 * Tells what happens as soon as the gateway shows it: each event once, in the order of the log. A connection that ends or
 * breaks is made again, from the last event on, however long the gateway is away meanwhile; the first one must come about.
 */
export const createWatch = (http: Got, newest: NewestPosition, { timeout, silence, reconnectAfter }: WatchSettings) =>
  async function* ({ path, fromNow, isLast }: Watched, { after, signal }: WatchOptions): Each<StoryEvent> {
    const what = `GET /${path}`;
    let lastEventId = after;
    let pause = reconnectAfter;
    let wasOpen = false;
    for (let failures = 0; ;) {
      const opened = await openStream(http, { path, lastEventId, timeout, silence, signal }).catch((error: unknown) => {
        if (!wasOpen || signal?.aborted === true) throw unanswered(what, error, signal);
        return undefined;
      });
      if (opened === undefined || (wasOpen && opened.kind === 'other' && isTemporary(opened.answer))) {
        await pauseFor(Math.min(longestPause, pause * 2 ** failures++), signal);
        continue;
      }
      if (opened.kind === 'other') return yield* ending(what, opened.answer);
      [wasOpen, failures] = [true, 0];
      newest.note(opened.position);
      if (fromNow) lastEventId ??= opened.position;
      for await (const told of untilBroken(opened.told)) {
        if (told.kind === 'retry') {
          pause = told.milliseconds;
          continue;
        }
        const event = decodeAnswer(StoryEvent, parseJson(what, 'an event', told.message.data), what);
        lastEventId = event.position;
        newest.note(event.position);
        yield E.right(event);
        if (isLast(event)) return;
      }
      await pauseFor(pause, signal);
    }
  };
