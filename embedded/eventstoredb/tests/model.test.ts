import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createEventLog, type DeletableEventLog } from '../eventLog/createEventLog.ts';
import type { AppendOutcome, Expected, NewEvent } from '../log.ts';
import { TOMBSTONE } from '../storage/keys.ts';
import { openFolder } from '../storage/open.ts';
import { createModel, type ModelOutcome } from './model.ts';

type Step =
  | { readonly kind: 'append'; readonly stream: string; readonly expected: Expected; readonly ids: readonly string[] }
  | { readonly kind: 'softDelete' | 'tombstone'; readonly stream: string; readonly expected: Expected }
  | {
      readonly kind: 'setMetadata';
      readonly stream: string;
      readonly truncateBefore?: number;
      readonly maxCount?: number;
    }
  | { readonly kind: 'restart' };

// Few streams, ids and revisions, so that they meet often.
const streams = ['order-1', 'order-2', 'wallet-1'];
const id = fc.integer({ min: 0, max: 7 }).map((n) => `00000000-0000-4000-8000-00000000000${n}`);
const stream = fc.constantFrom(...streams);
const expected = fc.oneof(
  fc.constantFrom<Expected>('any', 'no_stream', 'stream_exists'),
  fc.bigInt({ min: 0n, max: 6n }),
);
const small = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined });
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('append'), stream, expected, ids: fc.array(id, { maxLength: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('softDelete'), stream, expected }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tombstone'), stream, expected }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('setMetadata'), stream, truncateBefore: small, maxCount: small }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart') }) },
) as fc.Arbitrary<Step>;

const anEvent = (eventId: string, data: object = {}): NewEvent => ({
  id: eventId,
  type: 'Happened',
  contentType: 'application/json',
  metadata: Buffer.of(),
  data: Buffer.from(JSON.stringify(data)),
});

const simplified = (outcome: AppendOutcome): ModelOutcome =>
  outcome.outcome === 'appended' ? { revision: Number(outcome.revision) } : outcome.outcome;

const metadataEvent = ({ truncateBefore, maxCount }: { truncateBefore?: number; maxCount?: number }): NewEvent =>
  anEvent(randomUUID(), { $tb: truncateBefore, $maxCount: maxCount });

const take = async (
  log: DeletableEventLog,
  model: ReturnType<typeof createModel>,
  step: Exclude<Step, { kind: 'restart' }>,
) => {
  switch (step.kind) {
    case 'append': {
      const events = step.ids.map((eventId) => anEvent(eventId));
      const outcome = await log.append({ stream: step.stream, expected: step.expected, events });
      expect(simplified(outcome)).toEqual(model.append(step.stream, step.expected, step.ids));
      return;
    }
    case 'softDelete':
    case 'tombstone': {
      const outcome = await log[step.kind](step.stream, step.expected);
      const kinds = [simplified(outcome), model[step.kind](step.stream, step.expected)];
      expect(typeof kinds[0] === 'object' ? 'done' : kinds[0]).toEqual(
        typeof kinds[1] === 'object' ? 'done' : kinds[1],
      );
      return;
    }
    case 'setMetadata': {
      await log.append({ stream: `$$${step.stream}`, expected: 'any', events: [metadataEvent(step)] });
      model.setMetadata(step.stream, step);
    }
  }
};

const read = (log: DeletableEventLog, name: string) => {
  const forwards = log.readStream({ stream: name, from: 0n, direction: 'forwards', limit: 1_000 });
  const backwards = log.readStream({ stream: name, from: TOMBSTONE - 1n, direction: 'backwards', limit: 1_000 });
  expect([...backwards.events].reverse()).toEqual(forwards.events);
  return forwards.state === 'live' ? forwards.events.map((event) => event.id) : forwards.state;
};

describe('any sequence of appends, deletes, metadata changes and restarts', () => {
  const folders = mkdtempSync(join(tmpdir(), 'eventstoredb-model-'));
  afterAll(() => rmSync(folders, { recursive: true }));

  it('gives what the model of the decision table gives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const folder = mkdtempSync(join(folders, 'run-'));
        const model = createModel();
        let storage = await openFolder(folder);
        let log = createEventLog(storage);
        try {
          for (const next of steps) {
            if (next.kind === 'restart') {
              await storage.close();
              storage = await openFolder(folder);
              log = createEventLog(storage);
            } else await take(log, model, next);
            for (const name of streams) expect(read(log, name)).toEqual(model.read(name));
          }
          const positions = log
            .readAll({ from: 0n, direction: 'forwards', limit: 10_000 })
            .events.map((e) => e.position);
          expect(positions).toEqual([...new Set(positions)].sort((a, b) => (a < b ? -1 : 1)));
        } finally {
          await storage.close();
        }
      }),
      { numRuns: 60 },
    );
  });
});
