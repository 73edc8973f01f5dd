import type * as t from 'io-ts';
import { isDescribed, type ValueSchema } from '../domain/schema.ts';

/** A JSON Schema of the dialect 2020-12, in the keywords that our codecs need. */
export interface JsonSchema extends Omit<ValueSchema, 'type'> {
  readonly $ref?: string;
  readonly type?: ValueSchema['type'] | 'object' | 'number' | 'boolean' | 'null';
  readonly const?: t.LiteralType<string | number | boolean>['value'];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: ReadonlyArray<string>;
  readonly allOf?: ReadonlyArray<JsonSchema>;
  readonly anyOf?: ReadonlyArray<JsonSchema>;
}

type ObjectSchema = JsonSchema & Required<Pick<JsonSchema, 'properties' | 'required'>>;

/** Schemas of codecs; those that have a name of their own are kept together and referred to. */
export interface Schemas {
  /**
   * The schema of a codec, or a reference to it.
   * @throws on a codec of an unknown kind, and on a name that two codecs have.
   */
  readonly of: (codec: t.Mixed) => JsonSchema;
  /** The named ones met so far, for `components.schemas` of a document. */
  readonly named: () => Readonly<Record<string, JsonSchema>>;
}

/** The kinds of io-ts codecs that our interface is made of. */
type Known =
  | t.StringType
  | t.NumberType
  | t.BooleanType
  | t.LiteralType<string | number | boolean>
  | t.KeyofType<Record<string, unknown>>
  | t.ArrayType<t.Mixed>
  | t.ReadonlyArrayType<t.Mixed>
  | t.InterfaceType<t.Props>
  | t.PartialType<t.Props>
  | t.ExactType<t.Mixed>
  | t.IntersectionType<Array<t.Mixed>>
  | t.UnionType<Array<t.Mixed>>;

const known: Readonly<Record<Known['_tag'], true>> = {
  StringType: true,
  NumberType: true,
  BooleanType: true,
  LiteralType: true,
  KeyofType: true,
  ArrayType: true,
  ReadonlyArrayType: true,
  InterfaceType: true,
  PartialType: true,
  ExactType: true,
  IntersectionType: true,
  UnionType: true,
};

const isKnown = (codec: t.Mixed): codec is t.Mixed & Known =>
  '_tag' in codec && typeof codec._tag === 'string' && Object.hasOwn(known, codec._tag);

/** io-ts makes names such as `{| a: string |}` or `Array<string>` for what was given none. */
const hasOwnName = ({ name }: t.Mixed): boolean => /^[A-Z][A-Za-z]*$/.test(name);

const isObject = (schema: JsonSchema): schema is ObjectSchema => schema.type === 'object';

const areDisjoint = (parts: ReadonlyArray<ObjectSchema>): boolean => {
  const names = parts.flatMap(({ properties }) => Object.keys(properties));
  return new Set(names).size === names.length;
};

/** Parts of an object as one: easier to read than their intersection. */
const merged = (parts: ReadonlyArray<ObjectSchema>): ObjectSchema => ({
  type: 'object',
  properties: Object.fromEntries(parts.flatMap(({ properties }) => Object.entries(properties))),
  required: parts.flatMap(({ required }) => required),
});

/**
 * Produces JSON Schemas from the codecs that validate. By hand, for the one library that does this (io-ts-to-json-schema)
 * is hardly used, writes draft 7, and gives an empty schema, which allows everything, for what it does not know.
 */
export const createSchemas = (): Schemas => {
  const named = new Map<string, { readonly codec: t.Mixed; readonly schema: JsonSchema }>();

  const of = (codec: t.Mixed): JsonSchema => {
    if (!hasOwnName(codec)) return inline(codec);
    const before = named.get(codec.name);
    if (before !== undefined && before.codec !== codec)
      throw new Error(`Expected one codec of the name ${codec.name}, found two: rename one`);
    if (before === undefined) named.set(codec.name, { codec, schema: inline(codec) });
    return { $ref: `#/components/schemas/${codec.name}` };
  };

  const inline = (codec: t.Mixed): JsonSchema => {
    if (isDescribed(codec)) return { ...(codec.of === undefined ? {} : inline(codec.of)), ...codec.schema };
    if (!isKnown(codec))
      throw new Error(`Expected a codec whose schema is known, found ${codec.name}: use described, or add its kind`);
    return ofKnown(codec);
  };

  const ofKnown = (codec: Known): JsonSchema => {
    switch (codec._tag) {
      case 'StringType':
        return { type: 'string' };
      case 'NumberType':
        return { type: 'number' };
      case 'BooleanType':
        return { type: 'boolean' };
      case 'LiteralType':
        return { const: codec.value };
      case 'KeyofType':
        return { type: 'string', enum: Object.keys(codec.keys) };
      case 'ArrayType':
      case 'ReadonlyArrayType':
        return { type: 'array', items: of(codec.type) };
      case 'InterfaceType':
        return ofObject(codec.props, Object.keys(codec.props));
      case 'PartialType':
        return ofObject(codec.props, []);
      case 'ExactType':
        return inline(codec.type);
      case 'IntersectionType': {
        const parts = codec.types.map(inline);
        return parts.every(isObject) && areDisjoint(parts) ? merged(parts) : { allOf: parts };
      }
      case 'UnionType':
        return { anyOf: codec.types.map(of) };
    }
  };

  const ofObject = (props: t.Props, required: ReadonlyArray<string>): ObjectSchema => ({
    type: 'object',
    properties: Object.fromEntries(Object.entries(props).map(([name, codec]) => [name, of(codec)])),
    required,
  });

  return {
    of,
    named: () => Object.fromEntries([...named].map(([name, { schema }]) => [name, schema])),
  };
};
