import * as t from 'io-ts';

/** One thing that is wrong with a document. */
export interface Fault {
  /** JSON pointer (RFC 6901) to the value. */
  readonly pointer: string;
  /** What it must be. */
  readonly detail: string;
}

/** The codec that looks at the value itself, below those that only add a rule to it. */
const innermost = (codec: unknown): unknown =>
  codec instanceof t.ExactType || codec instanceof t.RefinementType || codec instanceof t.ReadonlyType
    ? innermost(codec.type)
    : codec;

/** io-ts numbers the members of these in its contexts; no document has such a key. */
const numbersItsMembers = (codec: unknown): boolean => {
  const inner = innermost(codec);
  return inner instanceof t.IntersectionType || inner instanceof t.UnionType;
};

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** JSON pointer (RFC 6901) to the value that an io-ts context is about. */
export const pointerTo = (context: t.Context): string =>
  context
    .filter((_, index) => index > 0 && !numbersItsMembers(context[index - 1]?.type))
    .map(({ key }) => `/${escaped(key)}`)
    .join('');

const isArrayCodec = (codec: unknown): boolean =>
  codec instanceof t.ArrayType || codec instanceof t.ReadonlyArrayType || codec instanceof t.TupleType;

/** What a codec that has no message of its own expects. */
const expected = (codec: t.Decoder<unknown, unknown> | undefined): string => {
  const inner = innermost(codec);
  if (inner instanceof t.InterfaceType || inner instanceof t.PartialType) return 'must be an object';
  return isArrayCodec(inner) ? 'must be an array' : `must be ${codec?.name}`;
};

const faultOf = ({ context, message }: t.ValidationError): Fault => ({
  pointer: pointerTo(context),
  detail: message ?? expected(context.at(-1)?.type),
});

/** Every fault that a codec found, each once. No value is repeated: it may be long, or nobody's business. */
export const faultsOf = (errors: t.Errors): ReadonlyArray<Fault> => {
  const faults = errors.map(faultOf);
  return [...new Map(faults.map((fault) => [`${fault.pointer} ${fault.detail}`, fault])).values()];
};
