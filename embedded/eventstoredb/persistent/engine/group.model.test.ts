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

const index = fc.nat(8);
const actions = fc.constantFrom<NackAction>('unknown', 'retry', 'park', 'skip', 'stop');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('join' as const), slots: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), who: index }) },
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('ack' as const), who: index, which: index }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('nack' as const), who: index, which: index, action: actions }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('advance' as const), milliseconds: fc.integer({ min: 1, max: 3_000 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('stored' as const, 'refused' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);

const groupSettings = fc.record({
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
/** Counts from the end: what came last is most likely still to be answered. */
const pickLast = <A>(from: readonly A[], which: number): A | undefined => from[from.length - 1 - (which % from.length)];

/** A group through its restarts: what is stored outlives them, consumers and all that was in memory do not. */
const createWorld = (changes: Partial<GroupSettings>) => {
  const source: number[] = [];
  /** Events that a consumer has said it is done with, or that are in the parked stream. */
  const doneWith = new Set<bigint>();
  let startedAfter: bigint | undefined;
  let consumers: RecordingConsumer[] = [];
  let current = bench(changes);
  let parkedSoFar = 0;

  const checkpoint = () => current.checkpoints.at(-1) ?? startedAfter;

  const restart = () => {
    startedAfter = checkpoint();
    consumers = [];
    parkedSoFar = 0;
    current = bench(changes, { checkpoint: startedAfter, from: 0n }, source);
  };

  const store = (how: 'stored' | 'refused') => {
    const waiting = current.parked[parkedSoFar];
    if (waiting === undefined) return;
    parkedSoFar += 1;
    if (how === 'refused') return current.group.notParked(waiting.message, waiting.reason);
    doneWith.add(waiting.message.original.revision);
    current.group.parked(waiting.message);
  };

  const join = (slots: number) => {
    const port = consumer(slots);
    consumers.push(port);
    current.join(port);
  };

  const leave = (who: number) => {
    const port = pick(consumers, who);
    if (port === undefined) return;
    consumers = consumers.filter((other) => other !== port);
    current.group.disconnect(port);
  };

  const answer = (who: number, which: number, action: NackAction | 'ack') => {
    const message = pickLast(pick(consumers, who)?.messages ?? [], which);
    if (message === undefined) return;
    if (['ack', 'skip', 'stop'].includes(action)) doneWith.add(message.original.revision);
    if (action === 'ack') current.group.ack([message.id]);
    else current.group.nack([message.id], action, '');
    current.fill();
  };

  const append = (count: number) => {
    const revisions = Array.from({ length: count }, (_, offset) => source.length + offset);
    source.push(...revisions);
    current.append(...revisions);
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
        return current.advance(one.milliseconds);
      case 'stored':
      case 'refused':
        return store(one.kind);
      case 'restart':
        return restart();
    }
  };

  return {
    perform,
    consumers: () => consumers,
    group: () => current.group,
    /** Events up to the checkpoint that nobody is done with: they would be lost by a restart. */
    lost: () => source.filter((event) => BigInt(event) <= (checkpoint() ?? -1n) && !doneWith.has(BigInt(event))),
    /** Events up to the checkpoint the group started from that it delivered all the same. */
    repeated: () =>
      consumers
        .flatMap(({ messages }) => messages)
        .filter(({ original }) => original.revision <= (startedAfter ?? -1n)),
    /** How many events after the checkpoint are done with, but not yet checkpointed, when all are done with. */
    notCheckpointed: () => source.length - 1 - Number(checkpoint() ?? -1n),
    unfinished: () => source.filter((event) => !doneWith.has(BigInt(event))),
  };
};

type World = ReturnType<typeof createWorld>;

const expectSlotsKept = (world: World) => {
  const held = world.group().consumers();
  for (const { inFlight, port } of held) {
    expect(inFlight).toBeGreaterThanOrEqual(0);
    expect(inFlight).toBeLessThanOrEqual(port.slots);
  }
  expect(held.reduce((sum, { inFlight }) => sum + inFlight, 0)).toBe(world.group().counts().outstanding);
};

/** One willing consumer, a log that stores, and time: whatever can still be delivered is. */
const finish = (world: World) => {
  while (world.consumers().length > 0) world.perform({ kind: 'leave', who: 0 });
  world.perform({ kind: 'join', slots: 4 });
  const [last] = world.consumers();
  for (let answered = 0; last !== undefined && answered < last.messages.length; answered += 1) {
    world.perform({ kind: 'ack', who: 0, which: last.messages.length - 1 - answered });
    world.perform({ kind: 'stored' });
  }
};

const steps = fc.array(step, { maxLength: 150 });
const patience: Step = { kind: 'advance', milliseconds: 10_000 };

describe('any interleaving of consuming, answering, leaving, time-outs and restarts', () => {
  it('never checkpoints what nobody is done with, and never repeats what was checkpointed', () => {
    fc.assert(
      fc.property(groupSettings, steps, (changes, performed) => {
        const world = createWorld(changes);
        for (const one of performed) {
          world.perform(one);
          expect(world.lost()).toEqual([]);
          expect(world.repeated()).toEqual([]);
          expectSlotsKept(world);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('delivers every event until it is acknowledged or parked, and then checkpoints it', () => {
    fc.assert(
      fc.property(groupSettings, steps, (changes, performed) => {
        const world = createWorld(changes);
        performed.forEach(world.perform);
        const storeAll = performed.map((): Step => ({ kind: 'stored' }));
        [...storeAll, patience, ...storeAll].forEach(world.perform);
        finish(world);
        world.perform(patience);
        expect(world.unfinished()).toEqual([]);
        expect(world.group().counts()).toMatchObject({ outstanding: 0, retrying: 0, buffered: 0, live: true });
        expect(world.notCheckpointed()).toBeLessThan(changes.minCheckpointCount);
      }),
      { numRuns: 300 },
    );
  });
});
