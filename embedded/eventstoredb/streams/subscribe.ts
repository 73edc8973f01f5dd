import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventLog, StoredEvent } from '../log.ts';
import { timeout } from '../rpcErrors.ts';
import type { Output } from './output.ts';
import type { ReadRequest } from './readRequest.ts';
import { caughtUp, checkpoint, confirmation, eventResponse, resolve } from './responses.ts';
import { readPage, subscriptionStart } from './source.ts';

const PAGE = 256;
/** What may wait for a live consumer before it is dropped, in responses and in bytes. A single commit may be larger. */
const LIVE_BUFFER = 4_096;
const LIVE_BUFFER_BYTES = 4_194_304;

/**
 * Catch-up subscription: confirmation, history at the client's pace, CaughtUp once, then what is committed.
 * Rejects with an error that has a gRPC status: for a tombstoned stream, or when the consumer is too slow while live.
 * Resolves when the client is gone.
 */
export const subscribe = async (log: EventLog, request: ReadRequest, output: Output): Promise<void> => {
  const responses = createResponses(log, request);
  let from = subscriptionStart(log, request.source);
  let page = readPage(log, request, from, PAGE);
  output.write(confirmation(randomUUID()));
  while (page.events.length > 0 || !page.end) {
    for (const event of page.events)
      for (const response of responses(event)) if (!output.write(response)) await output.ready();
    // A filter that lets nothing through never waits for the client: others have their turn all the same.
    await nextTurn();
    if (output.closed()) return;
    from = page.next;
    page = readPage(log, request, from, PAGE);
  }
  // No await between the last, empty page and following the commits: nothing can come in between.
  output.write(caughtUp());
  await follow(log, request, output, from, responses);
};

/** The responses for an event of the log in order: the event if it is wanted, a checkpoint when one is due. */
const createResponses = (log: EventLog, { filter, resolveLinks, uuids }: ReadRequest) => {
  let considered = 0;
  return function* (event: StoredEvent): Generator<Buffer> {
    if (!filter || filter.matches(event)) yield eventResponse(resolve(log, event, resolveLinks), uuids);
    if (filter && ++considered % filter.checkpointInterval === 0) yield checkpoint(event.position);
  };
};

const follow = (
  log: EventLog,
  { source }: ReadRequest,
  output: Output,
  from: bigint,
  responses: (event: StoredEvent) => Iterable<Buffer>,
): Promise<void> =>
  new Promise((onGone, onTooSlow) => {
    const concerns = (event: StoredEvent): boolean =>
      source.kind === 'all'
        ? !event.hiddenFromAll && event.position >= from
        : event.stream === source.stream && event.revision >= from;
    let waiting: Buffer[] = [];
    let ready = true;

    const pump = (): void => {
      let sent = 0;
      while (ready && sent < waiting.length) {
        const response = waiting[sent++];
        if (response) ready = output.write(response);
      }
      waiting = waiting.slice(sent);
    };
    const stop = log.onCommit((events) => {
      const tooSlow = waiting.length > LIVE_BUFFER || bytesOf(waiting) > LIVE_BUFFER_BYTES;
      for (const event of events) if (concerns(event)) waiting.push(...responses(event));
      if (!tooSlow) return pump();
      stop();
      onTooSlow(timeout('Consumer too slow to handle event while live. Client resubscription required.'));
    });
    output.onReady(() => {
      ready = true;
      pump();
    });
    output.onClosed(() => {
      stop();
      onGone();
    });
  });

const bytesOf = (responses: readonly Buffer[]): number => responses.reduce((sum, { length }) => sum + length, 0);
