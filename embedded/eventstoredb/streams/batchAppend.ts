import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { EventLog, NewEvent } from '../log.ts';
import { toServiceError } from '../rpcErrors.ts';
import {
  readBatchAppend,
  readCorrelationId,
  type BatchAppendOptions,
  type BatchAppendRequest,
} from './appendRequest.ts';
import {
  badRequestResponse,
  outcomeResponse,
  timeoutResponse,
  tooLargeResponse,
  unknownResponse,
  type Addressee,
} from './batchAppendResponse.ts';
import { checkStreamName } from '../streamName.ts';
import { MAX_APPEND_SIZE, sizeOf, WRITE_TIMEOUT } from './limits.ts';

/** Appends of one call that may wait for their outcome; beyond them the client has to wait, too. */
const MAX_UNANSWERED = 4_096;

type Call = ServerDuplexStream<Buffer, Buffer>;

/** An append whose parts are still coming in, or whose outcome is awaited. It is answered exactly once. */
interface PendingAppend {
  readonly to: Addressee;
  readonly options: BatchAppendOptions;
  events: readonly NewEvent[];
  size: number;
  timer: NodeJS.Timeout | undefined;
}

/**
 * BatchAppend: many appends over one call, each answered when it is decided and durable, in whatever order.
 * A second answer to one append would end the client's process, and so would a call ended with answers missing.
 */
export const batchAppend = (log: EventLog, call: Call): void => {
  const unanswered = new Set<PendingAppend>();
  const incomplete = new Map<string, PendingAppend>();
  let ended = false;

  const endIfDone = (): void => {
    if (ended && unanswered.size === 0) call.end();
  };

  const answer = (append: PendingAppend, response: Buffer): void => {
    if (!unanswered.delete(append)) return;
    clearTimeout(append.timer);
    call.write(response);
    if (unanswered.size < MAX_UNANSWERED && call.isPaused()) call.resume();
    endIfDone();
  };

  const open = ({ correlationId }: BatchAppendRequest, options: BatchAppendOptions): PendingAppend => {
    checkStreamName(options.stream);
    const to = { correlationId, stream: options.stream };
    const append: PendingAppend = { to, options, events: [], size: 0, timer: undefined };
    const expire = (): void => {
      incomplete.delete(keyOf(correlationId));
      answer(append, timeoutResponse(to));
    };
    append.timer = setTimeout(expire, Math.min(options.timeout, WRITE_TIMEOUT));
    unanswered.add(append);
    if (unanswered.size >= MAX_UNANSWERED) call.pause();
    return append;
  };

  const write = async (append: PendingAppend): Promise<void> => {
    const { stream, expected } = append.options;
    try {
      const outcome = await log.append({ stream, expected, events: append.events });
      answer(append, outcomeResponse(append.to, expected, outcome));
    } catch (error) {
      answer(append, unknownResponse(append.to, error instanceof Error ? error.message : String(error)));
    }
  };

  const receive = (request: BatchAppendRequest): void => {
    const key = keyOf(request.correlationId);
    const append = incomplete.get(key) ?? (request.options && open(request, request.options));
    if (!append) return;
    incomplete.delete(key);
    append.events = append.events.length === 0 ? request.events : [...append.events, ...request.events];
    append.size += sizeOf(request.events);
    if (append.options.timeout <= 0) answer(append, timeoutResponse(append.to));
    else if (append.size > MAX_APPEND_SIZE) answer(append, tooLargeResponse(append.to, MAX_APPEND_SIZE));
    else if (request.isFinal) void write(append);
    else incomplete.set(key, append);
  };

  const refuse = (bytes: Buffer, error: unknown): void => {
    const { details } = toServiceError(error);
    try {
      const correlationId = readCorrelationId(bytes);
      const append = incomplete.get(keyOf(correlationId));
      incomplete.delete(keyOf(correlationId));
      if (append) answer(append, badRequestResponse(append.to, details));
      else call.write(badRequestResponse({ correlationId, stream: '' }, details));
    } catch (unreadable) {
      call.emit('error', toServiceError(unreadable));
    }
  };

  call.on('data', (bytes: Buffer) => {
    try {
      receive(readBatchAppend(bytes, Date.now()));
    } catch (error) {
      refuse(bytes, error);
    }
  });
  call.on('end', () => {
    ended = true;
    endIfDone();
  });
  call.on('close', () => {
    for (const { timer } of unanswered) clearTimeout(timer);
    unanswered.clear();
  });
};

const keyOf = (correlationId: Buffer): string => correlationId.toString('latin1');
