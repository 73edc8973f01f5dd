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

/** JSON pointer (RFC 6901) to what these keys lead to, one after the other. */
export const pointerAt = (keys: ReadonlyArray<string>): string => keys.map((key) => `/${escaped(key)}`).join('');

/** JSON pointer to the value that an io-ts context is about. */
export const pointerTo = (context: t.Context): string =>
  pointerAt(
    context.filter((_, index) => index > 0 && !numbersItsMembers(context[index - 1]?.type)).map(({ key }) => key),
  );

const isArrayCodec = (codec: unknown): boolean =>
  codec instanceof t.ArrayType || codec instanceof t.ReadonlyArrayType || codec instanceof t.TupleType;

const isKeyof = (codec: unknown): codec is t.KeyofType<Record<string, unknown>> => codec instanceof t.KeyofType;

/**
 * What a codec that has no message of its own expects. Never by the codec's name, which is ours alone: whoever sent the
 * value cannot know it.
 */
const expected = (codec: unknown): string => {
  const inner = innermost(codec);
  if (inner instanceof t.InterfaceType || inner instanceof t.PartialType) return 'must be an object';
  if (isArrayCodec(inner)) return 'must be an array';
  if (isKeyof(inner)) return `must be one of ${Object.keys(inner.keys).join(', ')}`;
  if (inner instanceof t.LiteralType) return `must be ${JSON.stringify(inner.value)}`;
  if (inner instanceof t.StringType) return 'must be a text';
  if (inner instanceof t.NumberType) return 'must be a number';
  if (inner instanceof t.BooleanType) return 'must be true or false';
  return 'must be as documented';
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
