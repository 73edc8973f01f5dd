import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { events } from '../domain/events.ts';
import { exampleOf, history } from '../domain/examples.ts';
import { faultsOf } from '../domain/faults.ts';
import { Metadata } from '../domain/metadata.ts';
import { Balance } from '../domain/money.ts';
import { createJudge } from '../tests/fixtures/jsonSchema.ts';
import * as answers from './answers.ts';
import * as examples from './examples.ts';
import { DepositBody, DepositInput, OrderInput } from './inputs.ts';
import { problemTypes } from './problems.ts';
import { Profile } from './profile.ts';
import { createSchemas, type JsonSchema } from './schema.ts';

/** Rules that JSON Schema cannot say, by what a codec answers to whoever breaks them. */
const beyondSchemas = [
  // Lines: it can neither multiply nor add.
  `must add up to at most ${Number.MAX_SAFE_INTEGER} minor units`,
  // Day: it knows no calendar.
  'must be a day that is in the calendar',
];

const cases: ReadonlyArray<readonly [name: string, codec: t.Mixed, examples: ReadonlyArray<unknown>]> = [
  ...Object.values(exampleOf).map(({ type, data }) => [type, events[type].codec, [data]] as const),
  ['Metadata', Metadata, history.map(({ metadata }) => metadata)],
  ['OrderInput', OrderInput, [examples.orderInput]],
  ['DepositInput', DepositInput, [{ userId: 'alice', currency: 'EUR', amount: 10_000 }]],
  ['Profile', Profile, [examples.profile]],
  ['PlacedOrder', answers.PlacedOrder, [examples.placedOrder]],
  ['PlacedDeposit', answers.PlacedDeposit, [examples.placedDeposit]],
  ['OrderWithTimeline', answers.OrderWithTimeline, [examples.paidOrderWithTimeline]],
  ['Orders', answers.Orders, [examples.orders, { ...examples.orders, next: 'MzAw' }]],
  ['Wallets', answers.Wallets, [examples.wallets]],
  ['Operations', answers.Operations, [examples.operations]],
  ['OrdersPerDay', answers.OrdersPerDay, [examples.ordersPerDay]],
  ['Deposit', answers.Deposit, [examples.deposited]],
  ['DepositBody', DepositBody, [examples.depositBody]],
  ['StoryEvent', answers.StoryEvent, [examples.storyEvent]],
  ['Ticket', answers.Ticket, [examples.ticket]],
  ['Health', answers.Health, [{ eventStore: { ok: true }, database: { ok: false } }]],
  [
    'Problem',
    answers.Problem,
    [{ ...problemTypes.invalidInput, detail: 'x', errors: [{ pointer: '/a', detail: 'y' }] }],
  ],
  ['ProblemType', answers.ProblemType, [examples.orderNotFound]],
];

/** Whether the schema of a codec allows a value. */
const allowedBy = (codec: t.Mixed): ((value: unknown) => boolean) => {
  const schemas = createSchemas();
  const schema = schemas.of(codec);
  const judge = createJudge(schemas.named());
  return (value) => judge(schema, value).length === 0;
};

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** As it would come over the wire: without `undefined`, and without -0. */
const overTheWire = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', ' a', 'a\0', '\ud800', '=?', 'EUR', 'alice', 'x'.repeat(65), 'toString', '__proto__'),
);
const anyNumber = fc.oneof(fc.integer(), fc.double({ noNaN: true }), fc.constantFrom(0, 0.5, 2 ** 53, 1e300));
const anyJson = fc.oneof(fc.jsonValue({ maxDepth: 1 }), anyText, anyNumber).map(overTheWire);

/** Something near to a value: most faults are small. */
const near = (value: Json): fc.Arbitrary<Json> => {
  if (typeof value === 'number') return fc.constantFrom(value + 1, value - 1, -value, value / 3, value * 2 ** 44);
  if (typeof value === 'string')
    return fc
      .tuple(fc.nat(value.length), fc.constantFrom('', 'a', 'Ä', ' ', '\n', '-', '0', '\u202e'))
      .map(([at, inserted]) => value.slice(0, at) + inserted + value.slice(inserted === '' ? at + 1 : at));
  if (Array.isArray(value))
    return fc.constantFrom<Json>([], [...value, ...value], Array<Json>(101).fill(value[0] ?? 1));
  return anyJson;
};

/** The value with one thing changed, somewhere in it. */
const mutated = (value: Json): fc.Arbitrary<Json> => {
  const here = fc.oneof(near(value), anyJson);
  if (value === null || typeof value !== 'object') return here;
  if (Array.isArray(value))
    return value.length === 0
      ? here
      : fc.oneof(
          here,
          fc.nat(value.length - 1).chain((at) => mutated(value[at] ?? null).map((changed) => value.with(at, changed))),
        );
  const names = fc.constantFrom(...Object.keys(value));
  return fc.oneof(
    { weight: 1, arbitrary: here },
    {
      weight: 2,
      arbitrary: names.map((name) => Object.fromEntries(Object.entries(value).filter(([n]) => n !== name))),
    },
    { weight: 1, arbitrary: fc.tuple(fc.string(), anyJson).map(([name, added]) => ({ [name]: added, ...value })) },
    {
      weight: 6,
      arbitrary: names.chain((name) => mutated(value[name] ?? null).map((changed) => ({ ...value, [name]: changed }))),
    },
  );
};

describe('the JSON Schema of a codec', () => {
  it.each(cases)('%s: allows exactly what the codec decodes', (_, codec, examplesOfIt) => {
    const isAllowed = allowedBy(codec);
    expect(examplesOfIt.map(overTheWire).map(isAllowed)).toEqual(examplesOfIt.map(() => true));
    const values = fc.constantFrom(...examplesOfIt).chain((example) => mutated(overTheWire(example)));
    const seen = { allowed: 0, refused: 0 };
    fc.assert(
      fc.property(values.map(overTheWire), (value) => {
        const decoded = codec.decode(value);
        const isBeyond =
          E.isLeft(decoded) && faultsOf(decoded.left).every(({ detail }) => beyondSchemas.includes(detail));
        expect(isAllowed(value)).toBe(E.isRight(decoded) || isBeyond);
        seen[E.isRight(decoded) ? 'allowed' : 'refused'] += 1;
      }),
      { numRuns: 200 },
    );
    expect(Math.min(seen.allowed, seen.refused)).toBeGreaterThan(2);
  });

  it('is held so for every codec of an answer', () => {
    const schemas = createSchemas();
    for (const [, codec] of cases) schemas.of(codec);
    const codecs = Object.values(answers).filter((exported) => exported instanceof t.Type);
    expect(Object.keys(schemas.named())).toEqual(expect.arrayContaining(codecs.map(({ name }) => name)));
  });

  it('cannot tell -0 from 0, which codecs of money do not take', () => {
    expect(E.isLeft(Balance.decode(-0))).toBe(true);
    expect(allowedBy(Balance)(-0)).toBe(true);
  });

  it('is refused for a codec that nobody described', () => {
    const Odd = new t.Type<number>('Odd', t.number.is, t.number.validate, t.identity);
    const schemas = createSchemas();
    expect(() => schemas.of(t.strict({ odd: Odd }))).toThrow('found Odd: use described');
    expect(() => schemas.of(t.UnknownRecord)).toThrow('found UnknownRecord');
  });

  it('is refused for a second codec of the same name', () => {
    const schemas = createSchemas();
    schemas.of(t.strict({ a: t.string }, 'Thing'));
    expect(() => schemas.of(t.strict({ b: t.string }, 'Thing'))).toThrow('found two: rename one');
  });

  it('keeps all members of an intersection whose parts have one in common', () => {
    const both = t.intersection([t.type({ a: t.string }), t.type({ a: t.literal('x'), b: t.boolean })]);
    const schema: JsonSchema = createSchemas().of(both);
    expect(schema.allOf).toHaveLength(2);
    expect([{ a: 'x', b: true }, { a: 'y', b: true }, { a: 'x' }].map(allowedBy(both))).toEqual([true, false, false]);
  });
});
