import type { Answer } from '../http/answer.ts';
import { overloaded } from '../http/overload.ts';
import { createPlaces, createPlacesPerUser } from '../http/places.ts';
import { tooManyRequests } from '../http/rateLimit.ts';
import type { Limits } from './limits.ts';
import { positionToken } from './logPosition.ts';
import { sseBody, type ServerSentEvent, type SseOptions } from './sse.ts';

export interface EventStreamSettings extends Pick<SseOptions, 'heartbeat' | 'retry'> {
  /** Milliseconds after which a stream ends in any case; whoever still watches connects again. */
  readonly longest: number;
}

export const defaultEventStreams: EventStreamSettings = { heartbeat: 15_000, retry: 2_000, longest: 900_000 };

/** What a stream tells. */
export interface Telling {
  readonly userId: string;
  /** The events, until the signal aborts. */
  readonly events: (signal: AbortSignal) => AsyncIterable<ServerSentEvent>;
  /** Position after which they begin, where it is not the beginning of all. */
  readonly after: bigint | undefined;
}

export interface EventStreams {
  /** Answers with a stream, or with 429 or 503 when the user, or all together, have as many open as may be. */
  readonly open: (telling: Telling) => Answer;
  /** How many are open. */
  readonly count: () => number;
}

const tooMany = (most: number): Answer => tooManyRequests(`You have ${most} event streams open: close one first`, 10);

const headers = {
  'Content-Type': 'text/event-stream',
  // What nginx and others that follow it take for: pass on every event at once.
  'X-Accel-Buffering': 'no',
};

/** The open event streams: as many as may be, none for longer than may be, and none when `stopping` aborts. */
export const createEventStreams = (
  { heartbeat, retry, longest }: EventStreamSettings,
  { streams: most, streamsPerUser }: Pick<Limits, 'streams' | 'streamsPerUser'>,
  stopping: AbortSignal,
): EventStreams => {
  const places = createPlaces(most);
  const perUser = createPlacesPerUser(streamsPerUser);
  const open = new Set<AbortController>();
  // One listener for all: each of thousands on the one signal would have to be looked for to be removed.
  stopping.addEventListener('abort', () => open.forEach((stream) => stream.abort()));

  const begin = ({ events, after }: Telling, leave: () => void): Answer => {
    const stream = new AbortController();
    const timer = setTimeout(() => stream.abort(), longest);
    open.add(stream);
    const id = after === undefined ? undefined : positionToken(after);
    const body = sseBody(events(stream.signal), { heartbeat, retry, id });
    body.once('close', () => {
      clearTimeout(timer);
      open.delete(stream);
      stream.abort();
      leave();
    });
    if (stopping.aborted) stream.abort();
    return { status: 200, headers: { ...headers, ...(id !== undefined && { 'Log-Position': id }) }, body };
  };

  return {
    open: (telling) => {
      const leaveOwn = perUser.take(telling.userId);
      if (leaveOwn === undefined) return tooMany(streamsPerUser);
      const leave = places.take();
      if (leave !== undefined)
        return begin(telling, () => {
          leave();
          leaveOwn();
        });
      leaveOwn();
      return overloaded('As many event streams are open as the gateway can tell');
    },
    count: places.taken,
  };
};
