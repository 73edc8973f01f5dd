import { describe, expect, it } from '@jest/globals';
import { createEventLog } from '../eventLog/createEventLog.ts';
import { openTemporary } from '../storage/open.ts';
import type { Output } from './output.ts';
import { read } from './read.ts';
import type { ReadRequest } from './readRequest.ts';
import { subscribe } from './subscribe.ts';

const anEvent = (n: number) => ({
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  type: 'Happened',
  contentType: 'application/json',
  metadata: Buffer.of(),
  data: Buffer.of(),
});

/** A client that is never behind, and goes when the returned function is called. */
const quickClient = () => {
  let closed = false;
  let onGone = (): void => undefined;
  const output: Output = {
    write: () => true,
    ready: () => Promise.resolve(),
    closed: () => closed,
    onReady: () => undefined,
    onClosed: (listener) => {
      onGone = listener;
    },
  };
  const leave = (): void => {
    closed = true;
    onGone();
  };
  return { output, leave };
};

describe.each([
  ['read', read],
  ['subscription', subscribe],
] as const)('a %s whose filter lets nothing through', (_, serve) => {
  it('ends in the middle of the log when its client goes', async () => {
    const storage = openTemporary();
    const log = createEventLog(storage);
    await log.append({ stream: 's', expected: 'any', events: Array.from({ length: 2_000 }, (_n, n) => anEvent(n)) });
    const { output, leave } = quickClient();
    let considered = 0;
    const matches = (): boolean => {
      considered += 1;
      return false;
    };
    const request: ReadRequest = {
      source: { kind: 'all', start: 'start' },
      direction: 'forwards',
      limit: Number.MAX_SAFE_INTEGER,
      subscription: serve === subscribe,
      resolveLinks: false,
      uuids: 'string',
      filter: { matches, checkpointInterval: 1_000_000 },
    };
    setImmediate(leave);
    await serve(log, request, output);
    await storage.close();
    expect(considered).toBeGreaterThan(0);
    expect(considered).toBeLessThan(2_000);
  });
});
