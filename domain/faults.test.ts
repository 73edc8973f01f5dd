import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { describe, expect, it } from '@jest/globals';
import { Amount } from './money.ts';
import { Sku } from './text.ts';
import { faultsOf } from './faults.ts';

const faults = (codec: t.Decoder<unknown, unknown>, input: unknown) => {
  const decoded = codec.decode(input);
  return E.isLeft(decoded) ? faultsOf(decoded.left) : [];
};
const pointers = (codec: t.Decoder<unknown, unknown>, input: unknown) =>
  faults(codec, input).map(({ pointer }) => pointer);

describe('faults of decoded input', () => {
  it('points at every value that is wrong, with the words of its codec', () => {
    expect(faults(t.strict({ a: Amount, b: t.array(Sku) }), { a: 0, b: ['x', ''] })).toEqual([
      { pointer: '/a', detail: 'must be a positive whole number of minor units, at most 9007199254740991' },
      { pointer: '/b/1', detail: 'must be 1 to 64 printable characters without blanks at the ends' },
    ]);
  });

  it('points at the document itself when all of it is wrong', () => {
    expect(faults(t.strict({ a: Amount }), null)).toEqual([{ pointer: '', detail: 'must be an object' }]);
    expect(faults(t.readonlyArray(Amount), {})).toEqual([{ pointer: '', detail: 'must be an array' }]);
    expect(faults(t.string, 1)).toEqual([{ pointer: '', detail: 'must be a text' }]);
  });

  it.each([
    [t.keyof({ Paid: null, Cancelled: null }, 'OrderStatus'), 'must be one of Paid, Cancelled'],
    [t.literal('Paid', 'Literal'), 'must be "Paid"'],
    [t.string, 'must be a text'],
    [t.number, 'must be a number'],
    [t.boolean, 'must be true or false'],
    [new t.Type('OfOurs', t.never.is, t.failure, t.identity), 'must be as documented'],
  ])('says of a codec without words of its own what it takes, and never its name: %#', (codec, detail) => {
    expect(faults(codec, [])).toEqual([{ pointer: '', detail }]);
  });

  const inner = t.intersection([t.strict({ a: Amount }), t.exact(t.partial({ b: Amount }))]);

  it('leaves out the numbers that io-ts gives to members of intersections', () => {
    expect(pointers(t.strict({ x: inner }), { x: { b: 0 } })).toEqual(['/x/a', '/x/b']);
  });

  it('leaves out the numbers that io-ts gives to members of unions', () => {
    const union = t.union([t.strict({ kind: t.literal('a'), a: Amount }), t.strict({ kind: t.literal('b') })]);
    expect(pointers(t.array(union), [{ kind: 'a' }])).toEqual(['/0/a']);
    expect(pointers(t.strict({ '0': t.union([Amount, Sku]) }), { '0': null })).toEqual(['/0', '/0']);
  });

  it('keeps numbers that are keys and indices of the document', () => {
    expect(pointers(t.strict({ '0': t.array(inner) }), { '0': [{ a: 1 }, { a: 0 }] })).toEqual(['/0/1/a']);
  });

  it('leaves them out below refinements, exact and readonly codecs, too', () => {
    const refined = t.refinement(inner, ({ a }) => a > 5, 'Refined');
    expect(pointers(t.strict({ x: refined }), { x: {} })).toEqual(['/x/a']);
    expect(pointers(t.strict({ x: t.readonly(inner) }), { x: {} })).toEqual(['/x/a']);
    expect(faults(t.strict({ x: refined }), { x: { a: 1 } })).toEqual([
      { pointer: '/x', detail: 'must be as documented' },
    ]);
  });

  it('tells a fault once that several members of an intersection find', () => {
    expect(faults(t.strict({ x: inner }), { x: 1 })).toEqual([{ pointer: '/x', detail: 'must be an object' }]);
  });

  it('escapes keys as RFC 6901 has it', () => {
    expect(pointers(t.strict({ 'a/b~c': Amount }), {})).toEqual(['/a~1b~0c']);
  });

  it('repeats no value', () => {
    expect(JSON.stringify(faults(t.strict({ name: Sku }), { name: 'secret\n' }))).not.toContain('secret');
  });
});
