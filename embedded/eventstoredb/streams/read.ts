import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventLog } from '../log.ts';
import type { Output } from './output.ts';
import type { ReadRequest } from './readRequest.ts';
import { eventResponse, resolve, streamNotFound } from './responses.ts';
import { readPage, readStart } from './source.ts';

/** Events looked at before the client's pace is asked for again. */
const PAGE = 256;

/**
 * Read with a count: sends up to that many events, then ends. A missing stream is told as such; a tombstoned one is an
 * error (rejects). Waits whenever the client is behind.
 */
export const read = async (log: EventLog, request: ReadRequest, output: Output): Promise<void> => {
  const { source, direction, filter, resolveLinks, uuids } = request;
  let from = readStart(source, direction);
  let remaining = request.limit;
  while (remaining > 0 && !output.closed()) {
    const page = readPage(log, request, from, filter ? PAGE : Math.min(remaining, PAGE));
    if (!page.exists && source.kind === 'stream') output.write(streamNotFound(source.stream));
    for (const event of page.events) {
      if (filter && !filter.matches(event)) continue;
      if (remaining-- <= 0) break;
      if (!output.write(eventResponse(resolve(log, event, resolveLinks), uuids))) await output.ready();
      if (output.closed()) return;
    }
    if (page.end || remaining <= 0) return;
    from = page.next;
    // Where a filter or `$maxAge` hides everything, nothing waits for the client: others have their turn all the same.
    await nextTurn();
  }
};
