import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { GroupSettings } from '../settings.ts';
import type { NackAction } from './group.ts';
import { strategyNames } from './strategies.ts';
import { bench, consumer, type RecordingConsumer } from './testing.ts';

/** Anything that can happen to a group. Numbers choose among what is there, modulo their count. */
type Step =
  | { readonly kind: 'append'; readonly count: number }
  | { readonly kind: 'join'; readonly slots: number }
  | { readonly kind: 'leave'; readonly who: number }
  | { readonly kind: 'ack'; readonly who: number; readonly which: number }
  | { readonly kind: 'nack'; readonly who: number; readonly which: number; readonly action: NackAction }
  | { readonly kind: 'advance'; readonly milliseconds: number }
  | { readonly kind: 'stored' | 'refused' | 'restart' };

const index = fc.nat(50);
const actions = fc.constantFrom<NackAction>('unknown', 'retry', 'park', 'skip', 'stop');
const step = fc.oneof(
  fc.record({ kind: fc.constant('append'), count: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ kind: fc.constant('join'), slots: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('leave'), who: index }),
  fc.record({ kind: fc.constant('ack'), who: index, which: index }),
  fc.record({ kind: fc.constant('nack'), who: index, which: index, action: actions }),
  fc.record({ kind: fc.constant('advance'), milliseconds: fc.integer({ min: 1, max: 3_000 }) }),
  fc.record({ kind: fc.constantFrom('stored', 'refused', 'restart') }),
) as fc.Arbitrary<Step>;

const groupSettings: fc.Arbitrary<Partial<GroupSettings>> = fc.record({
  strategy: fc.constantFrom(...strategyNames),
  maxRetryCount: fc.integer({ min: 0, max: 3 }),
  minCheckpointCount: fc.integer({ min: 1, max: 3 }),
  maxCheckpointCount: fc.integer({ min: 3, max: 8 }),
  historyBufferSize: fc.integer({ min: 4, max: 12 }),
  readBatchSize: fc.constant(3),
  messageTimeoutMs: fc.constant(2_000),
  checkpointAfterMs: fc.constant(1_000),
});

const pick = <A>(from: readonly A[], which: number): A | undefined => from[which % from.length];

/** A group through its restarts: what is stored outlives them, consumers and all that was in memory do not. */
const createWorld = (changes: Partial<GroupSettings>) => {
  const source: number[] = [];
  /** Events that a consumer has said it is done with, or that are in the parked stream. */
  const doneWith = new Set<bigint>();
  let checkpoint: bigint | undefined;
  let consumers: RecordingConsumer[] = [];
  let group = bench(changes);
  let parkedSoFar = 0;

  const restart = () => {
    consumers = [];
    parkedSoFar = 0;
    group = bench(changes, { checkpoint, from: 0n }, source);
  };

  const store = (how: 'stored' | 'refused') => {
    const waiting = group.parked[parkedSoFar];
    if (waiting === undefined) return;
    parkedSoFar += 1;
    if (how === 'refused') return group.group.notParked(waiting.message, waiting.reason);
    doneWith.add(waiting.message.original.revision);
    group.group.parked(waiting.message);
  };

  const join = (slots: number) => {
    const port = consumer(slots);
    consumers.push(port);
    group.join(port);
  };

  const leave = (who: number) => {
    const port = pick(consumers, who);
    if (port === undefined) return;
    consumers = consumers.filter((other) => other !== port);
    group.group.disconnect(port);
  };

  const answer = (who: number, which: number, action: NackAction | 'ack') => {
    const message = pick(pick(consumers, who)?.messages ?? [], which);
    if (message === undefined) return;
    if (['ack', 'skip', 'stop'].includes(action)) doneWith.add(message.original.revision);
    if (action === 'ack') group.group.ack([message.id]);
    else group.group.nack([message.id], action, '');
  };

  const append = (count: number) => {
    const revisions = Array.from({ length: count }, (_, offset) => source.length + offset);
    source.push(...revisions);
    group.append(...revisions);
  };

  const perform = (one: Step) => {
    switch (one.kind) {
      case 'append':
        return append(one.count);
      case 'join':
        return join(one.slots);
      case 'leave':
        return leave(one.who);
      case 'ack':
        return answer(one.who, one.which, 'ack');
      case 'nack':
        return answer(one.who, one.which, one.action);
      case 'advance':
        return group.advance(one.milliseconds);
      case 'stored':
      case 'refused':
        return store(one.kind);
      case 'restart':
        return restart();
    }
  };

  /** What must hold at every moment. */
  const check = () => {
    const startedAfter = checkpoint ?? -1n;
    for (const { messages } of consumers) {
      for (const { original } of messages) expect(original.revision > startedAfter || !restarted).toBe(true);
    }
  };
  const restarted = false;
  return { perform, check };
};
